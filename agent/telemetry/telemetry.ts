// Telemetry for the operator: watches the agent's parts, records what changed, and sends it when the ledger has nothing to
// send. It holds nothing personal: see agent/protocol/telemetry.ts.
import { join } from 'node:path';
import type { MadoguchiError } from '../../drivers/base/error.ts';
import { failure } from '../../drivers/base/log.ts';
import type { AgentParts } from '../agent-parts.ts';
import type { HubSide } from '../hub-side.ts';
import { type Drain, type DrainOptions, startDrain } from '../ledger/drain.ts';
import { telemetryLog } from '../ledger/drained-log.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { refusedFields } from '../ledger/refused-records.ts';
import { type LinkError, reasonOf } from '../link/link-error.ts';
import type { State, TransactionId } from '../transaction/state.ts';
import { LookWatch, type Seen } from './look-watch.ts';
import { TelemetryLog } from './telemetry-log.ts';
import { TransactionWatch } from './transaction-watch.ts';

/** How often the state of the ledger is recorded, in ms. */
const healthMs = 3_600_000;

export interface TelemetryOptions
  extends Pick<
    DrainOptions,
    'link' | 'terminal' | 'epoch' | 'contract' | 'agentKey' | 'hubKey' | 'clock' | 'answerMs'
  > {
  log: TelemetryLog;
  software: string;
  ledger: Pick<Ledger, 'status' | 'settled'>;
  hub: Pick<HubSide, 'report' | 'onUnused'>;
  droppedLogLines: AgentParts['droppedLogLines'];
  /** The log cannot be read. Nothing more is sent until the next start. */
  onFailure: (error: MadoguchiError) => void;
  /** Records that the hub took as refused. */
  onRefused?: DrainOptions['onRefused'];
}

export class Telemetry {
  readonly #options: TelemetryOptions;
  readonly #looks = new LookWatch();
  readonly #transactions = new TransactionWatch();
  readonly #closing = new AbortController();
  #drain: Drain | undefined;
  #stops: (() => void)[] = [];
  #turn: Promise<unknown> | undefined;

  constructor(options: TelemetryOptions) {
    this.#options = options;
  }

  /** With its log in the agent's folder. Whatever is wrong with it, the terminal goes on. */
  static async open(
    parts: AgentParts,
    rooms: Pick<TelemetryOptions, 'ledger' | 'link' | 'hub'>,
  ): Promise<Telemetry> {
    const { home, contract, clock, panelSocket } = parts;
    const { terminal, epoch, signingKey: agentKey, journalKeys: dataKeys } = home;
    const own = { terminal, epoch, clock };
    const onFailure = (error: Error) => parts.log.warn('telemetry not sent', failure(error));
    const log = await TelemetryLog.open({
      ...own,
      folder: join(parts.folder, 'telemetry'),
      dataKeys,
      onFailure,
    });
    const { software } = panelSocket;
    return new Telemetry({
      ...own,
      ...rooms,
      contract,
      agentKey,
      hubKey: () => home.keySet.keys.hub,
      log,
      droppedLogLines: parts.droppedLogLines,
      software,
      onFailure,
      onRefused: refused => parts.log.warn('telemetry refused by the hub', refusedFields(refused)),
    });
  }

  /** Records the start, and begins to send. The ledger has been started before. */
  start(): void {
    const { log, link, onFailure, software } = this.#options;
    log.tell({ type: 'start', software });
    const tellLink = (online: boolean, failure?: LinkError) => {
      const reason = failure && reasonOf(failure);
      const why = { ...(failure && { code: failure.code }), ...(reason !== undefined && { reason }) };
      log.tell({ type: 'link', is: online ? 'up' : 'down', ...why });
    };
    if (link.online) tellLink(true);
    this.#stops = [link.onOnline(tellLink)];
    this.#drain =
      log.journal &&
      startDrain({
        ...this.#options,
        log: telemetryLog,
        journal: log.journal,
        window: 1,
        turn: () => this.#afterLedger(),
        onUnused: this.#options.hub.onUnused,
        onAlarm: onFailure,
      });
    void this.#tellHealth();
  }

  /** The counter has looked at the conditions. */
  onLook(seen: Seen): void {
    for (const fact of this.#looks.take(seen)) this.#options.log.tell(fact);
  }

  /** A step of a transaction became durable. */
  onStep(transaction: TransactionId, state: State): void {
    const fact = this.#transactions.take(transaction, state, this.#options.clock.now());
    if (fact) this.#options.log.tell(fact);
  }

  /** Records that the agent stops. */
  async close(): Promise<void> {
    this.#closing.abort();
    for (const stop of this.#stops) stop();
    this.#options.log.tell({ type: 'stop', software: this.#options.software });
    await this.#drain?.close();
    await this.#options.log.close();
  }

  /** Also where the ledger has stopped, or the hub lost records: an operator then needs telemetry more than ever. */
  #afterLedger(): Promise<unknown> {
    this.#turn ??= this.#options.ledger.settled().finally(() => {
      this.#turn = undefined;
    });
    return this.#turn;
  }

  #tellHub(): void {
    const { unused, clockAheadMs, certificate } = this.#options.hub.report.hub;
    const clock = clockAheadMs === undefined ? {} : { clockAheadMs };
    this.#options.log.tell({ type: 'hub', unused, certificateDays: certificate.days, ...clock });
  }

  async #tellHealth(): Promise<void> {
    const { ledger, clock, droppedLogLines } = this.#options;
    const { signal } = this.#closing;
    while (!signal.aborted) {
      const [{ waiting, reserveReached }, dropped] = await Promise.all([
        ledger.status(),
        this.#options.log.dropped(),
      ]);
      const logDropped = droppedLogLines();
      this.#options.log.tell({ type: 'journal', waiting, reserveReached, dropped, logDropped });
      this.#tellHub();
      await clock.sleep(healthMs, signal).catch(() => undefined); // closing
    }
  }
}
