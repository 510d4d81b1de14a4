// Codes for records that the ledger keeps as refused, and codes of its alarms. If a terminal reports a fault of its journal,
// the alarm has the terminal's code.

/** Codes of records that are stored and acknowledged as refused. For docs/codes.md: the meaning, the operator's action. */
export const recordRefusals = {
  'ledger/schema': [
    'A record that the contract does not have is kept as it came',
    'Compare the versions of hub and terminal; what it says is settled by hand',
  ],
  'ledger/endedBefore': [
    'A second end of a transaction is kept; the first one stands',
    'Compare both with the coins and sheets in the shop, and report it to the maker',
  ],
  'ledger/evidence': [
    "Evidence that came after an end is not this terminal's gate's, or is of another transaction; it is kept and counts for nothing",
    'Leave the claim to a person, and report it to the maker',
  ],
  'telemetry/schema': [
    'A telemetry record that the contract does not have is kept as it came',
    'Compare the versions of hub and terminal',
  ],
} as const;

/** All codes of alarms, for docs/codes.md. */
export const ledgerAlarms = {
  'ledger/fork': [
    'A record differs from the one taken before under its number',
    'The journal was cloned or rolled back: decide about the terminal as about a journal in quarantine',
  ],
  'ledger/behind': [
    'The ledger lacks records that it acknowledged to a terminal',
    'Raise its generation: the terminals send again what is missing. Put a younger backup back first only where there is one',
  ],
} as const;

export type RecordRefusal = keyof typeof recordRefusals;
export type LedgerAlarm = keyof typeof ledgerAlarms;
