// What a journal is opened with.
import type { KeyObject } from 'node:crypto';
import type { Clock } from '../../drivers/base/clock.ts';
import type { Checkpoint } from './journal.ts';
import type { Owner } from './segment-files.ts';
import type { Storage } from './storage.ts';

export interface JournalOptions extends Owner {
  /** The journal's own folder; made where there is none. Its parent must be there. */
  folder: string;
  /** Asked at the beginning of each segment, and before segments are given up. Must not throw. */
  checkpoint: () => Checkpoint;
  storage?: Storage;
  /** Asked as each segment begins: a key that was rotated seals from then on. Default: the first of `dataKeys`. */
  sealingKey?: () => Promise<KeyObject>;
  /** Default: the system's. */
  clock?: Clock;
  /** Bytes of a segment, a multiple of 4096, from 64 KiB. Default 1 MiB. */
  segmentBytes?: number;
  /** Most bytes of all files. Default 64 MiB. */
  budgetBytes?: number;
  /** Segments made in advance, the reserve. Default 4. */
  reserveSegments?: number;
  /** What becomes of an entry where the budget is full. Default `refuse`; a log that may lose its oldest drops that. */
  whenFull?: 'refuse' | 'dropOldest';
  /** Acknowledged segments are kept up to this many bytes, for a hub restored from a backup. Default budget / 4. */
  keepBytes?: number;
}
