// Mistakes that could be made in the machine, one at a time: what the model must find.
import type { Change } from './machine.ts';

type Mutant = Change & { wrong: string };

const inFile =
  (file: Change['file']) =>
  (wrong: string, find: string, put: string): Mutant => ({ file, wrong, find, put });
const next = inFile('next.ts');
const ending = inFile('ending.ts');
const resume = inFile('resume.ts');
const deadlines = inFile('deadlines.ts');
const log = inFile('transaction-log.ts');
const open = inFile('open-transactions.ts');

export const mutants: readonly Mutant[] = [
  next(
    'prints when the fee is paid, without its capture',
    "{ do: 'capture', amountYen: state.order.feeYen }",
    "{ do: 'createJob' }",
  ),
  next(
    'sends the document before the job is in the journal',
    "{ do: 'createJob' });\n      }",
    "{ do: 'createJob' }, { do: 'print' });\n      }",
  ),
  next(
    'asks for the fee while the card is in',
    "return to({ ...state, document: 'held' });",
    'return toPay(state);',
  ),
  next(
    'asks for the fee before the document has come',
    "if (document === 'held') return toPay(ordered);",
    'if (document) return toPay(ordered);',
  ),
  next(
    'asks for the fee before the document is checked',
    "return to({ ...state, at: 'check' }, { do: 'check' });",
    'return toPay(state);',
  ),
  next(
    'keeps the fee of one who did not pay in time',
    "return toVoid(state, 'abandoned', 'pay/timeout')",
    "return abandoned(state, 'pay/timeout')",
  ),
  next(
    'ignores a cancel at the till',
    "if (event.is === 'declined') return toVoid(state, 'abandoned', 'pay/declined');",
    '',
  ),
  next(
    'keeps the fee where the capture failed',
    "return toVoid(state, 'abandoned', event.code)",
    'return abandoned(state, event.code)',
  ),
  next(
    'returns the money while paper may be out',
    'state.job ? toClaim(state, unknownPaper(state, code)) : toVoid',
    'toVoid',
  ),
  next(
    'returns no money where nothing was sent',
    "state.job ? toClaim(state, unknownPaper(state, code)) : toVoid(state, 'refused', code)",
    'toClaim(state, unknownPaper(state, code))',
  ),
  next(
    'waits for a print for ever',
    "if (event.is === 'failed' || event.is === 'deadline') {\n        const code",
    "if (event.is === 'failed') {\n        const code",
  ),
  next(
    'keeps the fee where nothing was printed',
    "return toVoid(state, 'refused', 'print/notPrinted', evidence)",
    "return toClaim(state, unknownPaper(state, 'print/notPrinted', evidence))",
  ),
  next(
    'makes another job for each that is reported',
    "event.is === 'jobCreated' && !state.job",
    "event.is === 'jobCreated'",
  ),
  next('checks twice', "event.is === 'fetched' && state.document === 'coming'", "event.is === 'fetched'"),
  next('loses the evidence that nothing was printed', "'print/notPrinted', evidence)", "'print/notPrinted')"),
  next(
    'takes an unknown print for a good one',
    "if (event.result === 'unknown') return toClaim(state, unknownPaper(state, 'print/unknown', evidence));",
    '',
  ),
  next(
    'takes a refused refund for a given one',
    "if (event.is === 'voided')",
    "if (event.is === 'voided' || event.is === 'voidRefused')",
  ),
  next(
    'gives no claim slip for a debt',
    "return toClaim(state, { ...state.ending, outcome: 'refundDue' });",
    "return end(state, { ...state.ending, outcome: 'refundDue' });",
  ),
  next(
    'records as owed what was returned',
    'keptYen: 0, owedYen: 0 });\n      if',
    'keptYen: 0 });\n      if',
  ),
  next(
    'records a receipt that failed as a debt',
    "{ ...state.ending, code: 'issued/withoutReceipt' }",
    '{ ...state.ending, owedYen: state.order.feeYen }',
  ),
  next(
    'goes on without a document',
    "if (event.is === 'deadline') return abandoned",
    "if (event.is === 'deadline' && state.at !== 'fetch') return abandoned",
  ),
  next('uses the last try unasked', 'if (triesLeft === 1)', 'if (triesLeft === -1)'),
  ending('asks a fee for nothing', 'if (order.feeYen === 0) return to(', 'if (order.feeYen < 0) return to('),
  ending(
    'asks for another amount',
    "{ do: 'askFee', amountYen: order.feeYen }",
    "{ do: 'askFee', amountYen: order.feeYen / order.copies }",
  ),
  ending(
    'records no fee with paper that may be out',
    "outcome: 'unknown',\n  code,\n  keptYen: order.feeYen,",
    "outcome: 'unknown',\n  code,\n  keptYen: 0,",
  ),
  ending(
    'records nothing owed while money goes back',
    'keptYen: 0, owedYen: order.feeYen, evidence }',
    'keptYen: 0, owedYen: 0, evidence }',
  ),
  ending(
    'drops the order at its end',
    "waits, order, ending }, { do: 'finish'",
    "waits, ending }, { do: 'finish'",
  ),
  resume(
    'forgets money at a restart',
    "return toVoid(state, 'abandoned', 'pay/restarted');",
    "return abandoned(state, 'pay/restarted');",
  ),
  resume(
    'returns money at a restart while paper may be out',
    'if (!state.job) return toVoid',
    'if (state.job) return toVoid',
  ),
  resume('prints again after a restart', "{ do: 'resolveJob' }", "{ do: 'print' }"),
  resume(
    'makes the job again after a restart',
    "return toVoid(state, 'refused', 'print/restarted');",
    "return to(state, { do: 'createJob' });",
  ),
  resume(
    'does not ask the till again after a restart',
    'return to(state, askBack(state));',
    'return to(state);',
  ),
  resume(
    'takes money as returned after a restart',
    'return to(state, askBack(state));',
    'return end(state, { ...state.ending, owedYen: 0 });',
  ),
  resume(
    'gives no claim slip after a restart',
    'return toClaim(state, state.ending);',
    'return end(state, state.ending);',
  ),
  resume('goes on with the previous card after a restart', "    case 'check':\n", ''),
  deadlines(
    'knows no deadline at the till',
    "return state.till === 'asked' ? waits.payMs : after('capture');",
    'return undefined;',
  ),
  log(
    'folds a print that ended for nothing',
    'eventBytes(event);',
    "eventBytes(event.is === 'jobCreated' ? { is: 'deadline' } : event);",
  ),
  open('reopens at a restart what has ended', 'this.#open.delete(transaction);', ''),
  open(
    'leaves the last event out of a checkpoint',
    'events: steps.map(({ event }) => event),',
    'events: steps.slice(0, -1).map(({ event }) => event),',
  ),
];
