// When an effect may be asked for. Written from the ten rules and docs/, by what was reported and asked before. The rules do not
// depend on whether the reports are true, so they hold also for a machine that gets false reports.

import type { Order } from '../../../../agent/protocol/order-choice.ts';
import type { Effect } from '../../../../agent/transaction/effect.ts';
import type { Asked, Chronicle } from './chronicle.ts';

/** Violations by name; an entry that is true is a violation. */
type Wrongs = Record<string, boolean>;

const same = (a: Order, b: Order | undefined): boolean => JSON.stringify(a) === JSON.stringify(b);
const restarted = (c: Chronicle): boolean => c.lastReported('restarted') >= 0;
/** Whether the last reported failure is the death of the gate during the print. */
const gateDied = (c: Chronicle): boolean => {
  const failed = c.reported('failed');
  return failed?.effect === 'print' && ['door/closed', 'door/stuck'].includes(failed.code);
};
const again = (c: Chronicle, name: Effect['do']): boolean => c.times(name) > 0;
/** Asked for before, and no restart since. */
const againInOneLife = (c: Chronicle, name: Effect['do']): boolean =>
  c.lastAsked(name) > c.lastReported('restarted');
const ordered = (c: Chronicle): Order | undefined => c.reported('chosen')?.order;

/** Card out since the order, document checked since it was fetched: rule 3, ADR 0009. */
const notReadyToPrint = (c: Chronicle): Wrongs => ({
  'the card is not out':
    c.lastReported('cardTaken') < c.lastReported('ordered') || c.lastReported('ordered') < 0,
  'no checked document is held':
    c.lastReported('documentHeld') < c.lastReported('fetched') ||
    c.lastReported('fetched') < c.lastReported('ordered'),
});

/** Whether a document may have been sent and no report says that no paper came out. */
const paperMayBeOut = (c: Chronicle): boolean =>
  c.reported('printEnded')
    ? c.reported('printEnded')?.result !== 'notPrinted'
    : c.lastReported('jobCreated') >= 0;

const amount = (c: Chronicle, amountYen: number): Wrongs => ({
  'another amount than ordered': amountYen !== c.feeYen,
  'the till is asked about nothing': amountYen === 0,
});

const neverAgain = (c: Chronicle, name: Effect['do']): Wrongs => ({
  'it was asked for before': again(c, name),
  'after a restart': restarted(c),
});

/** As the reports have it, and one less with each wrong PIN whatever they say; three at first. */
const triesLeft = (c: Chronicle): number =>
  c.lines.reduce((left, line) => {
    if (!('reported' in line)) return left;
    const { reported } = line;
    if (reported.is === 'cardRead') return Math.min(reported.triesLeft, 3);
    return reported.is === 'pinWrong' ? Math.min(reported.triesLeft, left - 1) : left;
  }, 0);

const rules: { [N in Effect['do']]: (c: Chronicle, effect: Asked<N>) => Wrongs } = {
  openGate: c => neverAgain(c, 'openGate'),
  readCard: c => neverAgain(c, 'readCard'),
  askLastTry: c => ({
    'a try is left that locks nothing': triesLeft(c) !== 1,
    'after a restart': restarted(c),
  }),
  verifyPin: (c, { triesLeft }) => {
    const known = Math.max(c.lastReported('cardRead'), c.lastReported('pinWrong'));
    const consent = c.lastReported('lastTryTaken');
    return {
      'no try is left': triesLeft < 1,
      'a fourth try': c.times('verifyPin') > 3,
      'the card was not read': known < 0,
      'the last try without consent': triesLeft === 1 && consent < known,
      'a second try for one': c.lastAsked('verifyPin') > known,
      'after a restart': restarted(c),
    };
  },
  authenticate: c => ({ ...neverAgain(c, 'authenticate'), 'the PIN was not right': !c.reported('pinRight') }),
  choose: c => ({
    ...neverAgain(c, 'choose'),
    'the resident is not authenticated': !c.reported('authenticated'),
  }),
  confirm: (c, { order }) => ({
    ...neverAgain(c, 'confirm'),
    'another order than chosen': !same(order, ordered(c)),
  }),
  order: (c, { order }) => ({
    ...neverAgain(c, 'order'),
    'another order than chosen': !same(order, ordered(c)),
    'it was not confirmed': !c.reported('confirmed'),
  }),
  askCardBack: c => ({ ...neverAgain(c, 'askCardBack'), 'the order is not signed': !c.reported('ordered') }),
  askPatience: () => ({}),
  fetch: (c, { size, digest }) => ({
    ...neverAgain(c, 'fetch'),
    'another document than announced':
      size !== c.reported('ordered')?.size || !digest.equals(c.reported('ordered')!.digest),
  }),
  check: c => ({ ...neverAgain(c, 'check'), 'the document has not come': !c.reported('fetched') }),
  askFee: (c, { amountYen }) => ({
    ...neverAgain(c, 'askFee'),
    ...notReadyToPrint(c),
    ...amount(c, amountYen),
  }),
  capture: (c, { amountYen }) => ({
    ...neverAgain(c, 'capture'),
    ...amount(c, amountYen),
    'it was not paid': c.lastReported('paid') < c.lastAsked('askFee') || !again(c, 'askFee'),
    'it was asked back before': again(c, 'void'),
  }),
  createJob: c => ({
    ...neverAgain(c, 'createJob'),
    ...notReadyToPrint(c),
    'the fee is not captured':
      c.feeYen > 0 && (!again(c, 'capture') || c.lastReported('captured') < c.lastAsked('capture')),
    'the fee was asked back before': again(c, 'void'),
  }),
  print: c => ({
    ...neverAgain(c, 'print'),
    ...notReadyToPrint(c),
    'the job is not in the journal':
      !again(c, 'createJob') || c.lastReported('jobCreated') < c.lastAsked('createJob'),
    'the fee was asked back before': again(c, 'void'),
  }),
  resolveJob: c => ({
    'neither we nor the gate went away': !restarted(c) && !gateDied(c),
    'it was asked for before': againInOneLife(c, 'resolveJob'),
    'there is no job in the journal': !c.reported('jobCreated'),
    'the outcome is in the journal': c.reported('printEnded') !== undefined,
  }),
  void: (c, { amountYen }) => ({
    ...amount(c, amountYen),
    'paper may be out': paperMayBeOut(c),
    'it was asked for before': againInOneLife(c, 'void'),
    'it was answered': c.lastReported('voided', 'voidRefused') >= 0,
  }),
  printReceipt: (c, { order }) => ({
    'it was asked for before': again(c, 'printReceipt'),
    'no paper is out': c.reported('printEnded')?.result !== 'printed',
    'another order than chosen': !same(order, ordered(c)),
  }),
  printClaim: (c, { order, ending }) => ({
    'it was asked for before': againInOneLife(c, 'printClaim'),
    'nothing is to be claimed': ending.outcome !== 'unknown' && ending.outcome !== 'refundDue',
    'another order than chosen': !same(order, ordered(c)),
  }),
  finish: c => ({ 'it has not ended': c.ends.length === 0 }),
};

/** What is wrong with asking for this now, before it is in the chronicle. */
export function wrongsOfAsking(effect: Effect, chronicle: Chronicle): string[] {
  const rule = rules[effect.do] as (c: Chronicle, effect: Effect) => Wrongs;
  const wrongs = {
    ...rule(chronicle, effect),
    'the transaction has ended': chronicle.ends.length > 0 && effect.do !== 'finish',
  };
  return Object.entries(wrongs).flatMap(([wrong, is]) =>
    is ? [`${effect.do} was asked for, but ${wrong}`] : [],
  );
}
