// Who works while a transaction is in a state, and what is done there: the rows of the timeline's picture.

export type Lane = 'resident' | 'agent' | 'gate' | 'device' | 'hub';

/** In the order of the legend. */
export const lanes: readonly { lane: Lane; english: string; japanese: string }[] = [
  { lane: 'resident', english: 'Resident', japanese: '利用者' },
  { lane: 'device', english: 'Device', japanese: '機器' },
  { lane: 'agent', english: 'Agent', japanese: '端末' },
  { lane: 'gate', english: 'Gate', japanese: 'ゲート' },
  { lane: 'hub', english: 'Hub', japanese: 'ハブ' },
];

export interface Row {
  lane: Lane;
  title: string;
  /** What is done. */
  text: string;
  /** The prompt that the resident sees meanwhile. */
  prompt?: string;
}

const row = (lane: Lane, prompt: string | undefined, title: string, text: string): Row => ({
  ...{ lane, title, text },
  ...(prompt && { prompt }),
});

/** By state, or by `event → state` where it makes a difference (agent/transaction/next.ts). */
const rows: Readonly<Record<string, Row>> = {
  card: row('device', 'readingCard', 'Card', 'The reader takes the card’s certificate. It names nobody.'),
  pin: row('resident', 'enterPin', 'PIN', 'Typed on the pad, which encrypts it. Only the card is asked.'),
  'pinWrong → pin': row('resident', 'wrongPin', 'PIN again', 'The card says that it was wrong.'),
  authenticate: row(
    'hub',
    'authenticating',
    'Identity',
    'The card signs; the hub finds out whose card it is.',
  ),
  choose: row('resident', 'choose', 'Choice', 'The screen offers what this resident may order.'),
  confirm: row('resident', 'confirm', 'Confirmation', 'The choice and the fee, once more.'),
  order: row('hub', 'ordering', 'Order', 'The card signs; the hub makes and encrypts the document.'),
  cardReturned: row('resident', 'takeCard', 'Card back', 'Nothing later needs it.'),
  'fetched → cardReturned': row('gate', 'takeCard', 'Check', 'The gate opens the document and checks it.'),
  'documentHeld → cardReturned': row('resident', 'takeCard', 'Card back', 'The document is checked already.'),
  fetch: row('agent', 'fetching', 'Document', 'It comes encrypted through the agent, which cannot read it.'),
  check: row('gate', 'fetching', 'Check', 'The gate opens the document and checks it field by field.'),
  pay: row('resident', 'pay', 'Fee', 'Coins in the till. Only now: everything is here and checked.'),
  'paid → pay': row('agent', 'pay', 'Fee kept', 'The till is asked to keep the money.'),
  print: row('gate', 'printing', 'Print job', 'The job’s number is on record before the document is sent.'),
  'jobCreated → print': row(
    'device',
    'printing',
    'Printing',
    'The printer counts the sheets; the gate signs the count.',
  ),
  'restarted → print': row('gate', 'printing', 'Question', 'The printer is asked what came of the job.'),
  receipt: row('device', 'receipt', 'Receipt', 'Printed, cut, and confirmed by the printer.'),
  void: row('agent', 'refunding', 'Money back', 'The till is asked to return what it has, until it answers.'),
  claim: row('device', undefined, 'Claim slip', 'A person decides about this money, or this paper.'),
  done: row('agent', 'issued', 'End', 'On record, and on its way to the hub’s ledger.'),
  refused: row('agent', 'refused', 'End', 'Refused; on record, and on its way to the hub’s ledger.'),
  abandoned: row('agent', 'abandoned', 'End', 'Ended; on record, and on its way to the hub’s ledger.'),
  refundDue: row(
    'agent',
    'refundDue',
    'End',
    'Money is owed; on record, and on its way to the hub’s ledger.',
  ),
  unknown: row('agent', 'unknown', 'End', 'Paper is unclear; on record, and on its way to the hub’s ledger.'),
};

/** For a state that is not in the list: its name. */
export const rowOf = ({ event, at }: { event: string; at: string }): Row =>
  rows[`${event} → ${at}`] ?? rows[at] ?? { lane: 'agent', title: at, text: `after ${event}` };
