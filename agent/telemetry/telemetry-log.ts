// The telemetry log: a small journal that drops its oldest records. Whatever is wrong with it, the terminal goes on.
import type { KeyObject } from 'node:crypto';
import { rename } from 'node:fs/promises';
import type { Clock } from '../../drivers/base/clock.ts';
import type { MadoguchiError } from '../../drivers/base/error.ts';
import { highestNumberIn } from '../journal/highest-number.ts';
import type { Journal } from '../journal/journal.ts';
import { JournalError, needsDecision, toJournalError } from '../journal/journal-error.ts';
import type { JournalOptions } from '../journal/journal-options.ts';
import { openJournal } from '../journal/open-journal.ts';
import { quarantineOf } from '../journal/quarantine.ts';
import { segmentNumber } from '../journal/segment-format.ts';
import { nodeStorage } from '../journal/storage.ts';
import { encodeTelemetry } from '../protocol/telemetry.ts';
import type { Fact } from './fact.ts';

export interface TelemetryLogOptions {
  folder: string;
  terminal: string;
  epoch: number;
  /** The terminal's data keys: the same as the ledger's. */
  dataKeys: readonly KeyObject[];
  clock: Clock;
  /** Bytes of a segment and of all files. Default 256 KiB and 4 MiB: about 900 records where each is written by itself, in a block of 4 KiB. */
  limits?: Pick<JournalOptions, 'segmentBytes' | 'budgetBytes'>;
  /** The log cannot be opened. A damaged one is put aside and a new one begun; else nothing is recorded until the next start. */
  onFailure: (error: MadoguchiError) => void;
}

/** Max number of damaged logs that are kept, so that a bad disk is not filled with them. */
const maxAside = 8;
const asides = (folder: string): string[] =>
  Array.from({ length: maxAside }, (_, i) => (i === 0 ? `${folder}.aside` : `${folder}.aside-${i + 1}`));

/**
 * Of a log that begins: above the numbers of every one that was put aside. Else the hub would take the new records for old ones, and count
 * no gap.
 */
async function firstSeqIn(folder: string, owner: JournalOptions): Promise<number> {
  const names = (await nodeStorage.list(folder)) ?? [];
  if (names.some(name => segmentNumber(name) !== undefined)) return 1; // it has begun
  const highest = await Promise.all(asides(folder).map(aside => highestNumberIn(aside, owner)));
  return Math.max(...highest) + 1;
}

/**
 * No person has to decide before a new log begins, and none is ever deleted: each gets a name of its own. One that was not set aside by
 * itself, for example because it is sealed with another key, is put away from its place. Errors: journal/full where enough are kept;
 * the system's.
 */
async function putAway(folder: string): Promise<void> {
  const isThere = async (place: string) => ((await nodeStorage.list(place)) ?? []).length > 0;
  for (const aside of asides(folder)) {
    if (await isThere(aside)) continue;
    await rename((await isThere(quarantineOf(folder))) ? quarantineOf(folder) : folder, aside);
    return;
  }
  throw new JournalError('journal/full', { path: `${folder}.aside`, limit: 'budget' });
}

/** Max records that wait for the disk, so that a disk that hangs takes no memory. */
const maxWaiting = 256;

export class TelemetryLog {
  readonly journal: Journal | undefined;
  readonly #clock: Clock;
  readonly #beganMs: number;
  #waiting = 0;
  #lost = 0;
  /** The last write. It never rejects. */
  #written: Promise<unknown> = Promise.resolve();

  private constructor(journal: Journal | undefined, clock: Clock) {
    this.journal = journal;
    this.#clock = clock;
    this.#beganMs = clock.now();
  }

  static async open(options: TelemetryLogOptions): Promise<TelemetryLog> {
    const { folder, terminal, epoch, dataKeys, clock, limits, onFailure } = options;
    const failed = (error: unknown) => {
      onFailure(toJournalError(error));
      return undefined;
    };
    const settings: JournalOptions = {
      ...({ folder, log: 'telemetry', terminal, epoch, dataKeys } as const),
      checkpoint: () => ({ body: Buffer.alloc(0) }),
      segmentBytes: 256 << 10,
      budgetBytes: 4 << 20,
      ...limits,
      reserveSegments: 1,
      keepBytes: 0,
      whenFull: 'dropOldest',
    };
    const open = async () => openJournal({ ...settings, firstSeq: await firstSeqIn(folder, settings) });
    const journal = await open()
      .catch(async error => {
        failed(error);
        if (!needsDecision(error)) return undefined;
        await putAway(folder);
        return open();
      })
      .catch(failed);
    return new TelemetryLog(journal, clock);
  }

  /** Writes one record. Never throws, and nobody waits for it. */
  tell(fact: Fact): void {
    const { journal } = this;
    if (!journal) return;
    if (this.#waiting >= maxWaiting) {
      this.#lost++;
      return;
    }
    const ms = Math.round(this.#clock.now() - this.#beganMs);
    this.#waiting++;
    this.#written = journal
      .append(encodeTelemetry({ ...fact, ms, wall: this.#clock.wall() }))
      .catch(() => {
        this.#lost++;
      })
      .finally(() => {
        this.#waiting--;
      });
  }

  /** Records lost since the start: dropped for want of room, or not taken by the disk. */
  async dropped(): Promise<number> {
    return this.#lost + ((await this.journal?.health())?.dropped ?? 0);
  }

  async close(): Promise<void> {
    await this.#written;
    await this.journal?.close();
  }
}
