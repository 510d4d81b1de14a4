// The straight road, and every side road: one for each other outcome of each effect, and some with two of them.
import type { Outcome } from '../../../../agent/protocol/ledger.ts';
import type { Effect } from '../../../../agent/transaction/effect.ts';
import { effectNames } from './events.ts';
import { outcomes } from './outcomes.ts';

/** Decisions by topic; the straight road's where a topic is left out. */
export type Script = Readonly<Record<string, readonly string[]>>;

/** What brings a transaction to ask for this effect, where it is not on the straight road. */
const waysTo: { readonly [N in Effect['do']]?: Script } = {
  askLastTry: { readCard: ['one'] },
  void: { print: ['notPrinted'] },
  printClaim: { print: ['jamAfter'] },
};

/** A turn that is taken after so many of the straight road's. */
export const after = (turns: number, turn: string): readonly string[] => [
  ...Array.from({ length: turns }, () => ''),
  turn,
];

/** Each outcome of each effect except the first, which is the straight road's. */
export const sideRoads: readonly Script[] = effectNames.flatMap(effect =>
  Object.keys(outcomes[effect])
    .slice(1)
    .map(outcome => ({ ...waysTo[effect], [effect]: [outcome] })),
);

/** Roads with a name, and how each ends when the process lives. */
export const namedRoads: Readonly<Record<string, { script: Script; end: Outcome }>> = {
  straight: { script: {}, end: 'issued' },
  'for free': { script: { choose: ['free'] }, end: 'issued' },
  'two wrong PINs, then the last try': { script: { verifyPin: ['wrong', 'wrong', 'right'] }, end: 'issued' },
  'the card comes out before the document has come': { script: { turn: after(13, 'person') }, end: 'issued' },
  'the card comes out before the document is checked': {
    script: { turn: after(15, 'person') },
    end: 'issued',
  },
  'the card is left': { script: { turn: after(17, 'clock') }, end: 'abandoned' },
  'another document': { script: { fetch: ['another'] }, end: 'refused' },
  'another municipality’s document': { script: { fetch: ['anotherCitys'] }, end: 'refused' },
  'coins, and then nothing': { script: { askFee: ['partly'], void: ['unanswered'] }, end: 'abandoned' },
  'captured without answer, returned without answer': {
    script: { capture: ['silentAfter'], void: ['unansweredAfter'] },
    end: 'abandoned',
  },
  'captured without answer, and no refund': {
    script: { capture: ['lostAfter'], void: ['unanswered', 'refused', 'refused', 'refused'] },
    end: 'refundDue',
  },
  'nothing printed, and no refund': {
    script: { print: ['notPrinted'], void: ['refused', 'refused', 'refused'] },
    end: 'refundDue',
  },
  'coins, then nothing, and no refund of them': {
    script: { askFee: ['partly'], void: ['refused', 'refused', 'refused'] },
    end: 'refundDue',
  },
  'a till that refuses everything': {
    script: { askFee: ['refused'], void: ['refused', 'refused', 'refused'] },
    end: 'abandoned',
  },
  'nothing printed, for free': { script: { choose: ['free'], print: ['notPrinted'] }, end: 'refused' },
  'a jam between two sheets': {
    script: { print: ['jamBetween'], resolveJob: ['jamBetween', 'jamBetween'] },
    end: 'unknown',
  },
  'a jam, for free': { script: { choose: ['free'], print: ['jamAfter'] }, end: 'unknown' },
  'a silent printer, and no claim slip': {
    script: { print: ['silentAfter'], printClaim: ['fails', 'fails', 'fails'] },
    end: 'unknown',
  },
};
