// Whatever can die, at every state of a transaction. Each death is kill -9, and the dead come back.
import { type Expected, end, type Fault, issued, withoutReceipt } from './fault.ts';
import { atMoment, type MomentName, moments } from './moments.ts';
import { bringBack, kill, type Victim, victims } from './victims.ts';

/** What the moment comes to when nothing happens to it. */
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

/** The same code rule for each of these moments. */
const each = (names: readonly MomentName[], expected: (name: MomentName) => Expected) =>
  Object.fromEntries(names.map(name => [name, expected(name)]));

const late = end('refused', 'link/timeout');

/** What was killed took so long to end that the till, which waited for it, was given up. */
const tillTooLate = end('abandoned', 'panel/timeout');

/** Where a death changes the end. */
const changed: Record<Victim, Partial<Record<MomentName, Expected>>> = {
  agent: {
    ...each(beforeMoney, name => end('abandoned', `${name}/restarted`)),
    ...each(['pay', 'capture'], () => end('abandoned', 'pay/restarted')),
    print: end('refused', 'print/restarted'),
    // whether the gate was asked for the paper before: a print that was begun goes on, no other is begun
    jobMade: anyOf(end('refused', 'print/notPrinted'), withoutReceipt, issued),
    receipt: withoutReceipt,
  },
  gate: {
    ...each([...beforeMoney, 'pay', 'capture', 'print'], () => end('refused', 'gate/lost')),
    // the next one asks the printer what became of the job
    jobMade: anyOf(end('refused', 'print/notPrinted'), issued, withoutReceipt),
    printing: anyOf(issued, withoutReceipt),
    receipt: withoutReceipt,
  },
  native: {
    // the card has to be read anew by the next process; there may be one already, which knows no card
    ...each(['card', 'pin', 'authenticate', 'choose', 'confirm', 'order'], () =>
      anyOf(end('refused', 'gate/nativeAway'), end('abandoned', 'card/removed')),
    ),
    // the receipt printer stands behind it: no fee for a paper without one, unless it is back by then
    ...each(['cardReturned', 'fetch', 'check'], () =>
      anyOf(end('refused', 'native/offline'), issued, withoutReceipt),
    ),
    ...each(['pay', 'print', 'jobMade', 'printing'], () => anyOf(issued, withoutReceipt)),
    capture: anyOf(issued, withoutReceipt, tillTooLate),
    receipt: withoutReceipt,
  },
  hub: {
    authenticate: late,
    // its challenges are gone
    ...each(['choose', 'confirm'], () => end('refused', 'issuing/challenge')),
    order: anyOf(late, end('refused', 'issuing/challenge')),
    ...each(['cardReturned', 'fetch'], () => anyOf(late, end('refused', 'issuing/gone'), issued)),
    capture: anyOf(issued, tillTooLate),
  },
  broker: {
    // a link that is down for an instant: what is asked then, or was asked before, is lost
    ...each(['card', 'pin', 'authenticate', 'choose', 'confirm', 'order', 'cardReturned', 'fetch'], () =>
      anyOf(issued, late, end('refused', 'link/offline')),
    ),
    capture: anyOf(issued, tillTooLate),
  },
};

/** Whose death takes a claim slip with it that is being printed. */
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

export const processFaults: readonly Fault[] = victims.flatMap(victim =>
  (Object.keys(moments) as MomentName[]).map(name => killed(victim, name)),
);
