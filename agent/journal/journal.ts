// The journal: an append-only, sealed log that survives a power cut at any moment. docs/journal-format.md.

import type { Acknowledged } from './cursor-record.ts';
import type { Entry, Position } from './entry.ts';
import type { JournalError } from './journal-error.ts';

/** State of the open transactions after exactly those entries that `onAppend` was called for. */
export interface Checkpoint {
  body: Buffer;
  /** Number of the first entry of the oldest open transaction. This entry and all later ones are kept. */
  oldestOpen?: number;
}

export interface JournalHealth {
  usedBytes: number;
  budgetBytes: number;
  /** No new transaction may start: the room that is left is for the one under way. */
  reserveReached: boolean;
  /** Why the reserve is short; undefined where it is full. */
  short: JournalError | undefined;
  /** Entries that were dropped before the hub had them, since the start; 0 where none may be dropped. */
  dropped: number;
  /** The last failure of the disk; undefined after a commit that succeeded. */
  failure: JournalError | undefined;
}

export interface Journal {
  /** Found when it was opened: body of the youngest checkpoint, and all entries after it. */
  readonly recovered: { checkpoint: Buffer | undefined; entries: readonly Entry[] };
  /** The youngest durable entry; seq 0 and a zero tag where there is none. */
  readonly last: Position;
  /** Number of the oldest entry that is kept; where none is, the number of the next one. */
  readonly oldest: number;
  readonly acknowledged: Acknowledged;
  /**
   * Durable when it resolves. After a power cut a rejected body may or may not be there.
   * Errors: journal/size, journal/full, journal/io, journal/closed.
   */
  append(body: Buffer): Promise<Position>;
  /** Durable entries after number `afterSeq`, in order, at most `limit`. Errors: journal/recycled, journal/io, and those of tampering. */
  read(afterSeq: number, options: { limit: number }): Promise<Entry[]>;
  /**
   * Moves the hub's cursor. The move is durable with the next commit, or after a moment; after a power cut the hub
   * acknowledges again. A cursor before ours is ignored, unless its generation is another: then ours goes back.
   * Resolves with true where the cursor was found in this journal; with false where it was ignored, because nothing was compared.
   * Errors: journal/rolledBack, journal/foreignAcknowledgement, journal/recycled, journal/closed; where
   * it frees a segment also journal/full, journal/io.
   */
  acknowledge(cursor: Acknowledged): Promise<boolean>;
  /**
   * Calls `listener` for each entry as soon as it is durable, in order, before `append` resolves and before a checkpoint is
   * asked for. It must not throw. Returns a function that stops it.
   */
  onAppend(listener: (entry: Entry) => void): () => void;
  /** Where the reserve was short or the disk failed, it tries again first. */
  health(): Promise<JournalHealth>;
  /** Waits for what is being written. Safe to call twice. */
  close(): Promise<void>;
}
