// How the ledger stands, for whoever decides whether a resident may be served, and for whoever asks.
import type { JournalErrorCode } from '../journal/journal-error.ts';
import type { JournalFailure } from '../journal/journal-failure.ts';

/**
 * How the hub's ledger stands to this journal. `unconfirmed`: since the start the hub has not named a cursor that was found.
 * `agreed`: the last cursor was found, so the journal was neither cut, rolled back nor cloned. `hubBehind`: the hub lacks
 * records that it acknowledged, in the same generation. It agrees again when its operator has restored it.
 */
export type Standing = 'unconfirmed' | 'agreed' | 'hubBehind';

export interface LedgerStatus {
  /** Records that the hub has not acknowledged. */
  waiting: number;
  /** The journal takes no new transaction: what is left is for the one under way. */
  reserveReached: boolean;
  /** What the disk refused last, or why the reserve is short; undefined once all went well again. */
  failure: JournalFailure | undefined;
  standing: Standing;
  /** Why the journal may not be used until a person has decided; undefined where it may. */
  stopped: JournalErrorCode | undefined;
}
