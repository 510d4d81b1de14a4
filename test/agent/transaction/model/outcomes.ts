// Possible outcomes of each effect, by name; the first is the straight road's. An answer is an event, no event, or silence.
import type { Effect } from '../../../../agent/transaction/effect.ts';
import type { Event } from '../../../../agent/transaction/event.ts';
import { evidence, free, order } from '../story.ts';
import type { PrintResult, World } from './world.ts';

/** `silent`: it may have been done, but no answer comes. `asked`: it is asked again. */
export type Answer = Event | 'nothing' | 'silent' | 'asked';
type Outcome = (world: World) => Answer;

const digest = Buffer.alloc(32, 7);
const uri = 'ipp://localhost/ipp/print/1';
const silent: Outcome = () => 'silent';
const fails = (effect: Effect['do'], code: string) => (): Event => ({ is: 'failed', effect, code });
const says = (event: Event) => (): Event => event;

/** The same, done first. */
const after =
  (done: (world: World) => unknown, answer: Answer): Outcome =>
  world => {
    done(world);
    return answer;
  };

const read = (triesLeft: number): Outcome =>
  after(
    world => {
      world.tries = triesLeft;
    },
    { is: 'cardRead', triesLeft },
  );

const choose = (chosen: typeof order): Outcome =>
  after(
    world => {
      world.order = chosen;
    },
    { is: 'chosen', order: chosen },
  );

const comes = (document: 'ours' | 'another' | 'anotherCitys', answer: Answer): Outcome =>
  after(world => {
    if (world.gate) world.gate.document = document;
  }, answer);

const gateGone = (world: World) => {
  world.gate = undefined;
};

/** Sheets out as a part of those expected. */
function prints(effect: 'print' | 'resolveJob', result: PrintResult, part: 0 | 0.5 | 1): Outcome {
  return world => {
    const cutOff = effect === 'resolveJob' && world.gate === undefined;
    const signed = cutOff ? world.printerSays() : world.print(result, Math.ceil(part * world.expected));
    if (signed === undefined) return fails(effect, 'gate/noTransaction')();
    return {
      is: 'printEnded',
      result: signed,
      impressions: signed === 'unknown' ? -1 : world.sheets,
      evidence,
    };
  };
}

const printing = (effect: 'print' | 'resolveJob') => ({
  printed: prints(effect, 'printed', 1),
  notPrinted: prints(effect, 'notPrinted', 0),
  jamBefore: prints(effect, 'unknown', 0),
  jamBetween: prints(effect, 'unknown', 0.5),
  jamAfter: prints(effect, 'unknown', 1),
  gateGoneAfter: after(world => {
    world.print('unknown', world.expected);
    gateGone(world);
  }, fails(effect, 'door/closed')()),
  gateGoneBefore: after(gateGone, fails(effect, 'door/closed')()),
  silentBefore: silent,
  silentAfter: after(world => world.print('printed', world.expected), 'silent'),
});

export const outcomes = {
  openGate: {
    open: after(world => {
      world.gate = { document: 'none' };
    }, 'nothing'),
    fails: fails('openGate', 'door/closed'),
  },
  readCard: {
    three: read(3),
    one: read(1),
    locked: read(0),
    fails: fails('readCard', 'card/expired'),
    silent,
  },
  askLastTry: { taken: says({ is: 'lastTryTaken' }), declined: says({ is: 'declined' }), silent },
  verifyPin: {
    right: says({ is: 'pinRight' }),
    wrong: world => ({ is: 'pinWrong', triesLeft: --world.tries }),
    fails: fails('verifyPin', 'card/failed'),
    silent,
  },
  authenticate: { done: says({ is: 'authenticated' }), fails: fails('authenticate', 'hub/offline'), silent },
  choose: {
    two: choose({ ...order, copies: 2, feeYen: 400 }),
    one: choose(order),
    free: choose({ ...free, copies: 2 }),
    fails: fails('choose', 'choose/nothingOffered'),
    silent,
  },
  confirm: { yes: says({ is: 'confirmed' }), no: says({ is: 'declined' }), silent },
  order: {
    taken: says({ is: 'ordered', size: 100_000, digest }),
    refused: fails('order', 'issuing/moved'),
    silent,
  },
  askCardBack: {
    shown: after(world => {
      world.askedBack = true;
    }, 'nothing'),
  },
  askPatience: { shown: () => 'nothing' },
  fetch: {
    ours: comes('ours', { is: 'fetched' }),
    another: comes('another', { is: 'fetched' }),
    anotherCitys: comes('anotherCitys', { is: 'fetched' }),
    fails: fails('fetch', 'document/chunk'),
    silent: comes('ours', 'silent'),
  },
  check: {
    held: world => {
      if (world.gate?.document === 'anotherCitys') return fails('check', 'gate/manifestSignature')();
      if (world.gate?.document !== 'ours') return fails('check', 'gate/manifestSubject')();
      world.gate.document = 'checked';
      return { is: 'documentHeld' };
    },
    noPaper: fails('check', 'page/notReady'),
    silent,
  },
  askFee: {
    paid: after(world => world.beginPayment(world.feeYen), { is: 'paid' }),
    partly: after(world => world.beginPayment(100), 'silent'),
    paidInSilence: after(world => world.beginPayment(world.feeYen), 'silent'),
    refused: after(world => {
      world.till = 'refused';
    }, fails('askFee', 'till/refused')()),
    silent,
  },
  capture: {
    captured: world => (world.capture() ? { is: 'captured' } : fails('capture', 'till/notCaptured')()),
    lostBefore: fails('capture', 'panel/timeout'),
    lostAfter: after(world => world.capture(), fails('capture', 'panel/timeout')()),
    silentBefore: silent,
    silentAfter: after(world => world.capture(), 'silent'),
  },
  createJob: {
    made: world =>
      world.makeJob()
        ? { is: 'jobCreated', job: { id: world.jobs, uri } }
        : fails('createJob', 'gate/notChecked')(),
    busy: fails('createJob', 'page/busy'),
    lostAfter: after(world => world.makeJob(), fails('createJob', 'door/closed')()),
    gateGone: after(gateGone, fails('createJob', 'door/closed')()),
    silentBefore: silent,
    silentAfter: after(world => world.makeJob(), 'silent'),
  },
  print: printing('print'),
  resolveJob: printing('resolveJob'),
  void: {
    voided: after(world => world.cancel(), { is: 'voided' }),
    unanswered: () => 'asked',
    unansweredAfter: after(world => world.cancel(), 'asked'),
    refused: world => {
      world.till = 'refused';
      return { is: 'voidRefused', paidYen: world.coinsYen };
    },
    fails: fails('void', 'agent/internal'),
    failsAfter: after(world => world.cancel(), fails('void', 'agent/internal')()),
  },
  printReceipt: {
    out: after(world => world.receipts++, { is: 'receiptPrinted' }),
    fails: fails('printReceipt', 'receipt/offline'),
    failsAfter: after(world => world.receipts++, fails('printReceipt', 'receipt/unknown')()),
    silent,
  },
  printClaim: {
    out: after(world => world.slips++, { is: 'claimPrinted' }),
    fails: fails('printClaim', 'receipt/notReady'),
    silent,
  },
  finish: { closed: after(gateGone, 'nothing') },
} as const satisfies { [N in Effect['do']]: Record<string, Outcome> };
