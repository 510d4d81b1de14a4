// The journal: an append-only, sealed log that survives a power cut at any instant. docs/journal-format.md.

import type { Acknowledged } from './cursor-record.ts';
import type { Entry, Position } from './entry.ts';
import type { JournalError } from './journal-error.ts';

/** State of the open transactions after every entry that `onAppend` has told of: no more, no less. */
export interface Checkpoint {
  body: Buffer;
  /** Sequence number of the first entry of the oldest open transaction; it and what follows is kept. */
  oldestOpen?: number;
}

export interface JournalHealth {
  usedBytes: number;
  budgetBytes: number;
  /** No new transaction may start: what is left is for the one under way. */
  reserveReached: boolean;
  /** Entries that the hub never had and that made room for younger ones, since the start; 0 where none may go. */
  dropped: number;
  /** What the disk refused last; undefined once a commit went well again. */
  failure: JournalError | undefined;
}

export interface Journal {
  /** What was there when it was opened: the youngest checkpoint's body, and every entry behind it. */
  readonly recovered: { checkpoint: Buffer | undefined; entries: readonly Entry[] };
  /** The youngest durable entry; seq 0 and a zero tag where there was none yet. */
  readonly last: Position;
  /** Sequence number of the oldest entry that is kept, or, where none is, that the next one will have. */
  readonly oldest: number;
  readonly acknowledged: Acknowledged;
  /**
   * Durable when it resolves. A rejected body may or may not be there after a power cut.
   * Errors: journal/size, journal/full, journal/io, journal/closed.
   */
  append(body: Buffer): Promise<Position>;
  /** Durable entries behind `afterSeq`, in order, at most `limit`. Errors: journal/recycled, journal/io, and those of tampering. */
  read(afterSeq: number, options: { limit: number }): Promise<Entry[]>;
  /**
   * Counts when it resolves, and is durable with the next commit or a moment later: after a power cut the hub says it
   * again. A cursor that is behind ours is ignored, unless its generation is newer: then we go back. Resolves with whether
   * the cursor was found here; not where it was ignored, for then nothing was compared.
   * Errors: journal/rolledBack, journal/foreignAcknowledgement, journal/oldGeneration, journal/recycled, journal/closed; where
   * it frees a segment also journal/full, journal/io.
   */
  acknowledge(cursor: Acknowledged): Promise<boolean>;
  /**
   * Hears each entry as soon as it is durable, in order, before `append` resolves and before any checkpoint is asked
   * for. Must not throw. Returns what stops it.
   */
  onAppend(listener: (entry: Entry) => void): () => void;
  /** Asked now: where the reserve was short or the disk refused something, it is tried again. */
  health(): Promise<JournalHealth>;
  /** Waits for what is being written. Safe to call twice. */
  close(): Promise<void>;
}
