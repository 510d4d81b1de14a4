// The terminal's ledger as one object: its journal, the drain that brings it to the hub, and the journals of earlier enrolments.
// It knows whether a resident may be served as far as the ledger goes.
import type { Stopped } from '../agent-parts.ts';
import type { Journal } from '../journal/journal.ts';
import type { JournalError } from '../journal/journal-error.ts';
import { type JournalFailure, journalFailure } from '../journal/journal-failure.ts';
import type { Link } from '../link/link-options.ts';
import type { Acknowledgement } from '../protocol/ledger.ts';
import { type Drain, type DrainOptions, startDrain } from './drain.ts';
import { deliverFormer } from './former-journals.ts';
import { type Fold, type LedgerParts, openLedgerJournal, stopJournal } from './ledger-journal.ts';
import type { LedgerStatus, Standing } from './ledger-status.ts';
import { refusedFields } from './refused-records.ts';

export class Ledger {
  readonly #parts: LedgerParts;
  readonly #journal: Journal;
  readonly #listeners = new Set<() => void>();
  /** Nobody is served before the hub's cursor was found in this journal, nor while the two disagree. */
  #standing: Standing = 'unconfirmed';
  #alarm: JournalError | undefined;
  /** As of the last status. */
  #failure: JournalFailure | undefined;
  #work: { drain: Drain; former: { stop(): Promise<void> } } | undefined;

  constructor(parts: LedgerParts, journal: Journal) {
    this.#parts = parts;
    this.#journal = journal;
  }

  /**
   * Opens the journal and gives its records to `fold`. `stopped`: why it cannot be used. Errors: journal/inUse.
   */
  static async open<Open>(
    parts: LedgerParts,
    fold: Fold<Open>,
  ): Promise<{ ledger: Ledger; open: Open } | { stopped: Stopped }> {
    const opened = await openLedgerJournal(parts, fold);
    if ('stopped' in opened) return opened;
    return { ledger: new Ledger(parts, opened.journal), open: opened.open };
  }

  /** Begins to bring this journal, and those of earlier enrolments, to the hub. */
  start(link: Link, more: Pick<DrainOptions, 'answerMs' | 'backOff' | 'onUnused'> = {}): void {
    const { home, contract, clock } = this.#parts;
    const drain = startDrain({
      ...{ journal: this.#journal, link, contract, clock, ...more },
      ...{ terminal: home.terminal, epoch: home.epoch, agentKey: home.signingKey },
      hubKey: () => home.keySet.keys.hub,
      onRefused: refused => this.#onRefused(refused),
      onAlarm: alarm => this.#onAlarm(alarm),
      onStanding: standing => this.#onStanding(standing),
    });
    this.#work = { drain, former: deliverFormer(this.#parts, link) };
  }

  /** Where the reserve was short or the disk failed, it tries again first. */
  async status(): Promise<LedgerStatus> {
    const { reserveReached, short, failure = short } = await this.#journal.health();
    this.#failure = failure && journalFailure(failure);
    return {
      waiting: this.#journal.last.seq - this.#journal.acknowledged.seq,
      reserveReached,
      failure: this.#failure,
      standing: this.#standing,
      stopped: this.#alarm?.code,
    };
  }

  /** Calls `listener` at each change of `standing` or `stopped`. Returns a function that stops it. */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** After `start`: resolves when nothing more gets through to the hub (Drain.settled). */
  async settled(): Promise<void> {
    if (!this.#work) throw new Error('The ledger has to be started first.');
    await this.#work.drain.settled();
  }

  /** What was acknowledged is durable when it resolves. */
  async close(): Promise<void> {
    await this.#work?.former.stop();
    await this.#work?.drain.close();
    await this.#journal.close();
  }

  /**
   * After `close`: what an alarm leads to, or what the disk refused last; undefined where there was neither. A journal that is not the
   * hub's is set aside.
   */
  async stop(): Promise<Stopped | undefined> {
    if (this.#alarm) return stopJournal(this.#parts, this.#alarm);
    return this.#failure;
  }

  #onRefused(refused: Acknowledgement['refused']): void {
    this.#parts.log.error('records refused by the hub', refusedFields(refused));
  }

  #onAlarm(alarm: JournalError): void {
    this.#parts.log.error('ledger alarm', { code: alarm.code });
    this.#alarm = alarm;
    this.#tell();
  }

  #onStanding(standing: Standing): void {
    if (standing === 'hubBehind')
      this.#parts.log.error('the hub lacks what it acknowledged', { upto: this.#journal.acknowledged.seq });
    this.#standing = standing;
    this.#tell();
  }

  #tell(): void {
    for (const listener of this.#listeners) listener();
  }
}
