// What the record of an end may say, by what was reported and asked before it. Holds also for a machine that gets false reports.
import type { Chronicle, EndRecord } from './chronicle.ts';

type Rule = (c: Chronicle, end: EndRecord) => Record<string, boolean>;

const result = (c: Chronicle) => c.reported('printEnded')?.result;
const sent = (c: Chronicle): boolean => c.times('print') + c.times('resolveJob') > 0;

/** Whether the till may have taken money, and has reported neither that it returned the money nor that it had none. */
const moneyMayBeIn = (c: Chronicle): boolean =>
  c.times('askFee') > 0 && !c.reported('voided') && c.reported('voidRefused')?.paidYen !== 0;

const noClaim: Rule = (c, { outcome, keptYen, owedYen }) => {
  const claim = c.asked('printClaim');
  const asked = c.lastAsked('printClaim');
  const failure = c.lines.findLastIndex(
    line => 'reported' in line && line.reported.is === 'failed' && line.reported.effect === 'printClaim',
  );
  const { ending } = claim ?? {};
  return {
    'no claim slip was tried':
      Math.max(c.lastReported('claimPrinted', 'deadline'), failure) < asked || asked < 0,
    'the claim slip says something else':
      ending?.outcome !== outcome || ending.keptYen !== keptYen || ending.owedYen !== owedYen,
  };
};

/** After refused and abandoned no money and no paper may be out. */
const nothing: Rule = (c, { keptYen, owedYen }) => ({
  'money is on record': keptYen + owedYen > 0,
  'money may be in the till': moneyMayBeIn(c),
  'paper may be out': sent(c) && result(c) !== 'notPrinted',
});

const paid: Rule = (c, { keptYen, owedYen }) => ({
  'not the fee is on record as kept': keptYen !== c.feeYen || owedYen !== 0,
  'the fee was not captured': c.feeYen > 0 && !c.reported('captured'),
  'the fee was asked back': c.times('void') > 0,
  'nothing was sent to the printer': !sent(c),
});

const byOutcome: Record<EndRecord['outcome'], Rule> = {
  refused: nothing,
  abandoned: nothing,
  issued: (c, end) => ({
    ...paid(c, end),
    'the paper is not known to be out': result(c) !== 'printed',
    'it has no evidence': !end.evidence,
  }),
  unknown: (c, end) => ({
    ...paid(c, end),
    ...noClaim(c, end),
    'the paper is known': result(c) === 'printed' || result(c) === 'notPrinted',
  }),
  refundDue: (c, end) => ({
    ...noClaim(c, end),
    'not what is in is on record as owed':
      end.keptYen !== 0 ||
      end.owedYen !== (c.reported('voidRefused')?.paidYen ?? c.feeYen) ||
      end.owedYen === 0,
    'the till has not refused': !c.reported('voidRefused') && !c.failed('void'),
    'paper may be out': sent(c) && result(c) !== 'notPrinted',
  }),
};

/** What is wrong with this record, the last in the chronicle. */
export function wrongsOfEnding(end: EndRecord, chronicle: Chronicle): string[] {
  const order = chronicle.reported('chosen')?.order;
  const evidence = chronicle.reported('printEnded')?.evidence;
  const wrongs = {
    ...byOutcome[end.outcome](chronicle, end),
    'it ended before': chronicle.ends.length > 1,
    'it has no code': !/^[a-zA-Z]+\/[a-zA-Z]+$/.test(end.code ?? ''),
    'another order is on record':
      end.order !== undefined && JSON.stringify(end.order) !== JSON.stringify(order),
    'the order is not on record': end.order === undefined && chronicle.times('askFee') > 0,
    'the evidence is not on record': evidence !== undefined && !end.evidence?.equals(evidence),
  };
  return Object.entries(wrongs).flatMap(([wrong, is]) => (is ? [`ended ${end.outcome}, but ${wrong}`] : []));
}
