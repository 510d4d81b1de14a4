// What the terminal tells its operator of itself: watches the agent's parts, writes what changed, and sends it when the
// ledger has nothing to send. Nothing personal: see agent/protocol/telemetry.ts.
import type { MadoguchiError } from '../../drivers/base/error.ts';
import type { Journal } from '../journal/journal.ts';
import { type Drain, type DrainOptions, startDrain } from '../ledger/drain.ts';
import { telemetryLog } from '../ledger/drained-log.ts';
import type { State, TransactionId } from '../transaction/state.ts';
import { LookWatch, type Seen } from './look-watch.ts';
import type { TelemetryLog } from './telemetry-log.ts';
import { TransactionWatch } from './transaction-watch.ts';

/** How often the journal's state is told, in ms. */
const healthMs = 3_600_000;

export interface TelemetryOptions
  extends Pick<DrainOptions, 'link' | 'terminal' | 'epoch' | 'agentKey' | 'hubKey' | 'clock' | 'answerMs'> {
  log: TelemetryLog;
  software: string;
  ledger: Pick<Journal, 'health' | 'last' | 'acknowledged'>;
  ledgerDrain: Pick<Drain, 'settled'>;
  /** The hub and the log disagree: nothing more is sent until the next start. */
  onFailure: (error: MadoguchiError) => void;
}

export class Telemetry {
  readonly #options: TelemetryOptions;
  readonly #drain: Drain | undefined;
  readonly #looks = new LookWatch();
  readonly #transactions = new TransactionWatch();
  readonly #closing = new AbortController();
  readonly #stops: (() => void)[];
  #turn: Promise<unknown> | undefined;

  constructor(options: TelemetryOptions) {
    const { log, link, onFailure, software } = options;
    this.#options = options;
    log.tell({ type: 'start', software });
    const tellLink = (online: boolean) => log.tell({ type: 'link', is: online ? 'up' : 'down' });
    if (link.online) tellLink(true);
    this.#stops = [link.onOnline(tellLink)];
    this.#drain =
      log.journal &&
      startDrain({
        ...options,
        log: telemetryLog,
        journal: log.journal,
        window: 1,
        turn: () => this.#afterLedger(),
        onAlarm: onFailure,
      });
    void this.#tellHealth();
  }

  /** The counter has looked. */
  onLook(seen: Seen): void {
    for (const fact of this.#looks.take(seen)) this.#options.log.tell(fact);
  }

  /** A step of a transaction became durable. */
  onStep(transaction: TransactionId, state: State): void {
    const fact = this.#transactions.take(transaction, state, this.#options.clock.now());
    if (fact) this.#options.log.tell(fact);
  }

  /** Says that the agent stops. */
  async close(): Promise<void> {
    this.#closing.abort();
    for (const stop of this.#stops) stop();
    this.#options.log.tell({ type: 'stop', software: this.#options.software });
    await this.#drain?.close();
    await this.#options.log.close();
  }

  /** A ledger that stopped, or that its hub has lost, is what an operator wants to hear more of, not less. */
  #afterLedger(): Promise<unknown> {
    this.#turn ??= this.#options.ledgerDrain.settled().finally(() => {
      this.#turn = undefined;
    });
    return this.#turn;
  }

  async #tellHealth(): Promise<void> {
    const { ledger, clock } = this.#options;
    const { signal } = this.#closing;
    while (!signal.aborted) {
      const [{ reserveReached }, dropped] = await Promise.all([ledger.health(), this.#options.log.dropped()]);
      const waiting = ledger.last.seq - ledger.acknowledged.seq;
      this.#options.log.tell({ type: 'journal', waiting, reserveReached, dropped });
      await clock.sleep(healthMs, signal).catch(() => undefined); // closing
    }
  }
}
