// Kills each process at each state of a transaction, with kill -9. The process is started again.
import { type Expected, end, type Fault, issued, withoutReceipt } from './fault.ts';
import { atMoment, type MomentName, moments } from './moments.ts';
import { bringBack, kill, type Victim, victims } from './victims.ts';

/** How the visit of a moment ends without a kill. Not listed: issued. */
const otherwise: Partial<Record<MomentName, Expected>> = {
  void: end('abandoned', 'pay/declined'),
  claim: end('refundDue', 'pay/declined'),
  refused: end('refused', 'issuing/moved'),
  abandoned: end('abandoned', 'choose/declined'),
  refundDue: end('refundDue', 'pay/declined'),
  unknown: end('unknown', 'print/unknown'),
};

const anyOf = (...expected: Expected[]): Expected => ({ ends: expected.flatMap(({ ends }) => ends) });

const beforeMoney = [
  'card',
  'pin',
  'authenticate',
  'choose',
  'confirm',
  'order',
  'cardReturned',
  'fetch',
  'check',
] as const;

/** The same rule for each of these moments. */
const each = (names: readonly MomentName[], expected: (name: MomentName) => Expected) =>
  Object.fromEntries(names.map(name => [name, expected(name)]));

/** The killed process took so long to end that the wait for the till timed out. */
const tillTooLate = end('abandoned', 'panel/timeout');

/** How the visit ends where the kill changes the end. */
const changed: Record<Victim, Partial<Record<MomentName, Expected>>> = {
  agent: {
    ...each(beforeMoney, name => end('abandoned', `${name}/restarted`)),
    ...each(['pay', 'capture'], () => end('abandoned', 'pay/restarted')),
    print: end('refused', 'print/restarted'),
    // depends on whether the gate had received the print command: a print that was started goes on, a new one is not started
    jobMade: anyOf(end('refused', 'print/notPrinted'), withoutReceipt, issued),
    receipt: withoutReceipt,
  },
  gate: {
    ...each([...beforeMoney, 'pay', 'capture', 'print'], () => end('refused', 'gate/lost')),
    // the next gate asks the printer for the state of the job
    jobMade: anyOf(end('refused', 'print/notPrinted'), issued, withoutReceipt),
    printing: anyOf(issued, withoutReceipt),
    receipt: withoutReceipt,
  },
  native: {
    // the next native process has to read the card again; it may run already, and has no card then
    ...each(['card', 'pin', 'authenticate', 'choose', 'confirm', 'order'], () =>
      anyOf(end('refused', 'gate/nativeAway'), end('abandoned', 'card/removed')),
    ),
    // the native process drives the receipt printer: without it no fee is taken, unless the process is back in time
    ...each(['cardReturned', 'fetch', 'check'], () =>
      anyOf(end('refused', 'native/offline'), issued, withoutReceipt),
    ),
    ...each(['pay', 'print', 'jobMade', 'printing'], () => anyOf(issued, withoutReceipt)),
    capture: anyOf(issued, withoutReceipt, tillTooLate),
    receipt: withoutReceipt,
  },
  // a question that was lost is asked again, so only what the hub itself forgets ends a visit
  hub: {
    // the hub keeps its challenges in memory only
    ...each(['choose', 'confirm', 'order'], () => end('refused', 'issuing/challenge')),
    // and documents
    ...each(['cardReturned', 'fetch'], () => anyOf(end('refused', 'issuing/gone'), issued)),
    capture: anyOf(issued, tillTooLate),
  },
  broker: { capture: anyOf(issued, tillTooLate) },
};

/** Processes whose kill may lose a claim slip that is being printed. */
const printsSlips: readonly Victim[] = ['agent', 'gate', 'native'];

const killed = (victim: Victim, name: MomentName): Fault => ({
  name: `${victim}.killed-at-${name}`,
  summary: `${victim} is killed at ${name}`,
  expected: changed[victim][name] ?? otherwise[name] ?? issued,
  mayLoseSlip: name === 'claim' && printsSlips.includes(victim),
  arrange: scene =>
    atMoment(scene, name, async () => {
      await kill(scene.shop, victim);
      await bringBack(scene.shop, victim);
    }),
});

/** By moment, so that a shop in which they are played one after the other has each process die in turn. */
export const processFaults: readonly Fault[] = (Object.keys(moments) as MomentName[]).flatMap(name =>
  victims.map(victim => killed(victim, name)),
);
