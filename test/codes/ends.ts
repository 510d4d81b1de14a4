// The codes that a transaction ends with by itself; all others are those of the room in which it failed.
import type { Table } from './table.ts';

const none = 'Nothing: no money was taken';
const cancel = 'Nothing: the money was returned';

const stages = {
  card: 'the card was read',
  pin: 'the PIN was taken',
  authenticate: 'the resident was known',
  choose: 'the resident had chosen',
  confirm: 'the resident had confirmed',
  order: 'the hub had taken the order',
  cardReturned: 'the card was taken back',
  fetch: 'the document had come',
  check: 'the document was checked',
} as const;

const beforeMoney = Object.entries(stages).flatMap(([stage, what]) => [
  [`${stage}/timeout`, [`The time was over before ${what}`, none]] as const,
  [`${stage}/declined`, [`The resident pressed cancel before ${what}`, none]] as const,
  [`${stage}/restarted`, [`The terminal was started again before ${what}`, none]] as const,
]);

export const endCodes: Table = {
  'issued/done': ['Paper and receipt are out', 'Nothing'],
  'issued/withoutReceipt': [
    'Paper is out; whether the receipt is out is not known',
    'Look for the receipt; the store writes one by hand where it is missing',
  ],
  ...Object.fromEntries(beforeMoney),
  'choose/nothingOffered': [
    'This resident can be issued nothing that the catalogue has',
    'Send the resident to the counter of the municipality',
  ],
  'gate/lost': [
    'The gate’s process ended, and with it the document',
    'Nothing: what was paid was returned; if it comes again, report it with the agent’s log',
  ],
  'pay/timeout': ['The fee was not paid in time', cancel],
  'pay/declined': ['The resident pressed cancel at the till', cancel],
  'pay/restarted': ['The terminal was started again while the fee was paid', cancel],
  'print/timeout': [
    'The gate did not say in time what became of the paper',
    'With a claim slip: look into the output tray, and call the operator; without one the money was returned',
  ],
  'print/restarted': ['The terminal was started again before anything was printed', cancel],
  'print/notPrinted': ['The printer printed nothing', cancel],
  'print/unknown': [
    'Paper may be out; the printer did not say',
    'Look into the output tray; the operator decides on the claim slip',
  ],
  'agent/internal': [
    'Something failed that has no code',
    'Report it to the maintainers with the agent’s log',
  ],
};
