// Options of a journal.
import type { KeyObject } from 'node:crypto';
import type { Clock } from '../../drivers/base/clock.ts';
import type { Checkpoint } from './journal.ts';
import type { Owner } from './segment-files.ts';
import type { Storage } from './storage.ts';

export interface JournalOptions extends Owner {
  /** The journal's own folder. It is made where there is none; its parent must exist. */
  folder: string;
  /** Number of the first entry of a journal that begins anew. Default 1. */
  firstSeq?: number;
  /** Called at the beginning of each segment, and before segments are given up. It must not throw. */
  checkpoint: () => Checkpoint;
  storage?: Storage;
  /** Called as each segment begins, so that a new key seals from then on. Default: the first of `dataKeys`. */
  sealingKey?: () => Promise<KeyObject>;
  /** Default: the system's. */
  clock?: Clock;
  /** Bytes of a segment, a multiple of 4096, from 64 KiB. Default 1 MiB. */
  segmentBytes?: number;
  /** Max bytes of all files. Default 64 MiB. */
  budgetBytes?: number;
  /** Number of segment files made in advance: the reserve. Default 4. */
  reserveSegments?: number;
  /** What happens when the budget is full: a new entry is refused, or the oldest segments are dropped. Default `refuse`. */
  whenFull?: 'refuse' | 'dropOldest';
  /** Acknowledged segments are kept up to this many bytes, for a hub that is restored from a backup. Default: a quarter of the budget. */
  keepBytes?: number;
}
