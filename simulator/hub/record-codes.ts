// What the ledger says of records that it keeps as refused, and what it raises as an alarm. A terminal's own word about its
// journal is an alarm under the terminal's code.

/** Of a record that is kept, and counts as taken. All codes, for docs/codes.md: what it means, what an operator does. */
export const recordRefusals = {
  'ledger/schema': [
    'A record that the contract does not have is kept as it came',
    'Compare the versions of hub and terminal; the record is read again once it is known',
  ],
  'ledger/endedBefore': [
    'A second end of a transaction is kept; the first one stands',
    'Compare both with the coins and sheets in the shop, and report it to the maker',
  ],
  'telemetry/schema': [
    'A telemetry record that the contract does not have is kept as it came',
    'Compare the versions of hub and terminal',
  ],
} as const;

/** All codes, for docs/codes.md. */
export const ledgerAlarms = {
  'ledger/fork': [
    'A record differs from the one taken before under its number',
    'The journal was cloned or rolled back: decide about the terminal as about a journal in quarantine',
  ],
  'ledger/behind': [
    'A terminal has been told that records are in the ledger which it lacks',
    'The ledger has lost them: put the youngest backup back, as a new generation; the terminals send what is missing',
  ],
} as const;

export type RecordRefusal = keyof typeof recordRefusals;
export type LedgerAlarm = keyof typeof ledgerAlarms;
