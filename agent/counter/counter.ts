// The counter: open or closed as the readiness conditions are, one resident at a time. Nobody is served while the previous
// resident's card is still in the reader.
import { randomBytes } from 'node:crypto';
import { failure } from '../../drivers/base/log.ts';
import type { DeviceStatus } from '../commands/device-status.ts';
import { isDiskTrouble, type JournalError } from '../journal/journal-error.ts';
import { journalFailure } from '../journal/journal-failure.ts';
import type { LedgerStatus } from '../ledger/ledger-status.ts';
import type { ShownCondition } from '../panel/messages.ts';
import type { PanelEvent } from '../panel/panel.ts';
import { promptOf } from '../panel/prompts.ts';
import { type HubFacts, warningsOf } from '../readiness/hub-conditions.ts';
import { missingConditions } from '../readiness/readiness.ts';
import type { Warning } from '../readiness/warnings.ts';
import type { Event } from '../transaction/event.ts';
import type { Ports } from '../transaction/ports.ts';
import { TransactionRunner } from '../transaction/runner.ts';
import { shortNumber } from '../transaction/short-number.ts';
import type { Ended, State, TransactionId } from '../transaction/state.ts';
import type { TransactionLog } from '../transaction/transaction-log.ts';
import { CounterScreen } from './counter-screen.ts';
import type { GateNews } from './gate-connection.ts';
import { LateEvidence } from './late-evidence.ts';
import { OneAtATime } from './one-at-a-time.ts';
import type { CounterStatus } from './status-report.ts';

/** How often the conditions are looked at while nobody is served, in ms. */
const lookMs = 5_000;

/** The hub's last answer must not be older than this when a card is put in, in ms. */
const youngMs = 10_000;

/** What the counter knows of the hub. */
export interface CounterHub {
  facts(): HubFacts;
  /** Whether its last answer is at most so old. */
  isYoung(ageMs: number): boolean;
  /** Asks it now. Resolves when the facts say whether it answered. Never rejects. */
  refresh(): Promise<void>;
}

/** What a look at the conditions saw. */
export interface Seen {
  conditions: ShownCondition[];
  warnings: Warning[];
  devices: DeviceStatus | undefined;
}

export interface CounterOptions {
  ports: Ports;
  log: TransactionLog;
  hub: CounterHub;
  ledger: { status(): Promise<LedgerStatus> };
  /** Called after each look at the conditions. */
  onLook?: (seen: Seen) => void;
  /** Called for each step as it becomes durable. */
  onStep?: (transaction: TransactionId, state: State, event: Event) => void;
}

/** The disk takes nothing: one that is only full takes the acknowledgements that make room, and serves on. */
const isLasting = ({ failure: failed }: LedgerStatus): boolean =>
  failed !== undefined && failed.code !== 'journal/full';

export class Counter {
  readonly #options: CounterOptions;
  readonly #closing = new AbortController();
  #running: TransactionRunner | undefined;
  #interrupted: { transaction: TransactionId; state: State }[] = [];
  readonly #screen: CounterScreen;
  /** What the last look saw; undefined before the first. */
  #seen: Seen | undefined;
  readonly #lateEvidence: LateEvidence;
  readonly #looks: OneAtATime;
  /** False from when a card was served until the reader was seen empty. A card that was left behind starts nothing. */
  #readerSeenEmpty = false;
  /** Rejects when a transaction ended with an error that no disk explains: nothing may go on then. */
  readonly #broken = Promise.withResolvers<never>();
  /** Why the disk did not take a step. */
  #trouble: JournalError | undefined;

  constructor(options: CounterOptions) {
    this.#options = options;
    const { gate, configuration, log } = options.ports;
    this.#screen = new CounterScreen(options.ports);
    this.#looks = new OneAtATime(
      () => this.#look(),
      error => log.error('counter stopped looking', failure(error)),
    );
    this.#lateEvidence = new LateEvidence({
      ...{ gate, log, transactions: options.log, waits: configuration.waits },
    });
    options.ports.panel.onEvent(event => this.#onPanel(event));
  }

  /**
   * Brings interrupted transactions to their ends, then serves. Resolves after `close`; where the journal may not be used, or its
   * disk takes nothing (`trouble`), as soon as nobody is served any more. Rejects where nothing may go on.
   */
  async serve(interrupted: { transaction: TransactionId; state: State }[]): Promise<void> {
    this.#interrupted = [...interrupted];
    const { clock } = this.#options.ports;
    const stopped = this.#closing.signal;
    const closing = new Promise<void>(resolve => stopped.addEventListener('abort', () => resolve()));
    const looking = (async () => {
      while (!stopped.aborted) {
        await Promise.race([this.look(), closing]); // a look waits for the gate, the end does not
        await clock.sleep(lookMs, stopped).catch(() => undefined); // closing
      }
    })();
    await Promise.race([looking, this.#broken.promise]);
  }

  /** Why the disk takes no records, where the counter closed for that. */
  get trouble(): JournalError | undefined {
    return this.#trouble;
  }

  /** As of the last look: no device is asked for it. */
  get status(): CounterStatus {
    const { panel } = this.#options.ports;
    const running = this.#running;
    const seen = this.#seen;
    return {
      state: running ? 'serving' : seen?.conditions.length === 0 ? 'open' : 'outOfService',
      conditions: [...((running ? panel.shown?.conditions : seen?.conditions) ?? [])],
      warnings: seen?.warnings ?? [],
      devices: seen?.devices,
      ...(running && { serving: { transaction: running.transaction, at: running.at } }),
      interrupted: this.#interrupted.map(({ transaction, state: { at } }) => ({ transaction, at })),
      claims: this.#options.log.claims.map(claim => ({
        ...claim,
        number: shortNumber(claim.transaction),
      })),
    };
  }

  /** Serves nobody any more. The journal holds the transaction under way, and the next start resumes it. */
  close(): void {
    this.#closing.abort();
    this.#running?.leave();
  }

  onGate(news: GateNews): void {
    if (news.is === 'event' && news.event.name === 'cardRemoved') {
      if (this.#running) this.#running.dispatch({ is: 'cardTaken' });
      else this.#readerSeenEmpty = true;
    }
    if (news.is === 'open') this.#lateEvidence.expect();
    // the document is gone with the gate: nobody shall pay for it
    if (news.is === 'closed') this.#running?.dispatch({ is: 'gateLost' });
    const isBack =
      news.is === 'open' ||
      (news.is === 'event' && news.event.name === 'device' && news.event.payload.online);
    if (isBack && this.#running) this.#catchUp(this.#running);
    this.#looks.soon();
  }

  /** The card may have been taken while the gate or the reader was away, without an event. */
  #catchUp(running: TransactionRunner): void {
    this.#devicesNow().then(devices => {
      if (devices?.card.online && !devices.card.present) running.dispatch({ is: 'cardTaken' });
    });
  }

  /** Undefined where the gate does not answer. */
  #devicesNow(): Promise<DeviceStatus | undefined> {
    const { gate, configuration } = this.#options.ports;
    return gate.call('status', {}, { timeoutMs: configuration.waits.deviceMs }).catch(() => undefined);
  }

  /** A condition outside has changed: link, ledger. */
  onChange(): void {
    this.#looks.soon();
  }

  #onPanel(event: PanelEvent): void {
    if (event.is === 'canceled') this.#running?.dispatch({ is: 'declined' });
    if (event.is === 'connected' || event.is === 'disconnected') this.#looks.soon();
  }

  #onEnded({ transaction, ending }: Ended): void {
    const { outcome, code } = ending;
    this.#options.ports.log.info('transaction ended', { transaction, outcome, code });
    if (outcome === 'unknown' && ending.evidence === undefined) this.#lateEvidence.expect();
    this.#running = undefined;
    this.#screen.forget();
    this.#looks.soon();
  }

  /** A transaction that could not even begin, because the disk took nothing. Any other error ends the agent. */
  #onBroken(error: unknown): void {
    if (!isDiskTrouble(error)) {
      this.#broken.reject(error);
      return;
    }
    this.#options.ports.log.error('transaction not begun', { ...failure(error), ...error.detail });
    this.#running = undefined;
    this.#screen.forget();
    this.#looks.soon();
  }

  /** Errors: any that is none of the disk's. */
  readonly #explained = (error: unknown): JournalError => {
    if (isDiskTrouble(error)) return error;
    throw error;
  };

  async #ledgerNow(): Promise<LedgerStatus> {
    const status = await this.#options.ledger.status();
    return this.#trouble ? { ...status, failure: journalFailure(this.#trouble) } : status;
  }

  /** Looks at the conditions and acts on them. One look at a time, and one more where something changed meanwhile. */
  look(): Promise<void> {
    return this.#looks.run();
  }

  async #look(): Promise<void> {
    const { ports, hub } = this.#options;
    if (this.#running || this.#closing.signal.aborted) return;
    this.#trouble = await this.#options.log.writeRest().then(() => undefined, this.#explained);
    const ledger = await this.#ledgerNow();
    const devices = await this.#devicesNow();
    if (this.#closing.signal.aborted) return;
    if (devices?.card.online && !devices.card.present) this.#readerSeenEmpty = true;
    const interrupted = this.#interrupted[0];
    if (interrupted && ports.panel.connected && devices) {
      this.#interrupted.shift();
      this.#run(interrupted.transaction, { is: 'restarted' }, interrupted.state);
      return;
    }
    if (devices && !interrupted) void this.#lateEvidence.collect();
    const openTransaction = interrupted !== undefined;
    const see = (): ShownCondition[] => {
      const facts = hub.facts();
      const panelConnected = ports.panel.connected;
      const conditions = missingConditions({ devices, hub: facts, panelConnected, ledger, openTransaction });
      this.#seen = { conditions, warnings: warningsOf(facts), devices };
      this.#options.onLook?.(this.#seen);
      return conditions;
    };
    let conditions = see();
    const isOver = ledger.stopped !== undefined || this.#trouble !== undefined || isLasting(ledger);
    if (isOver && !interrupted) this.#closing.abort();
    const cardPresent = devices?.card.present === true;
    if (conditions.length === 0 && cardPresent && this.#readerSeenEmpty && !hub.isYoung(youngMs)) {
      this.#screen.show(promptOf('readingCard'));
      await hub.refresh();
      if (this.#closing.signal.aborted) return;
      conditions = see();
    }
    if (conditions.length > 0) this.#screen.show({ ...promptOf('outOfService'), conditions });
    else this.#showOpen(cardPresent);
  }

  /** Open: a card that came in after the reader was empty begins a transaction. */
  #showOpen(cardPresent: boolean): void {
    if (!cardPresent) {
      this.#screen.show(promptOf('insertCard'));
    } else if (this.#readerSeenEmpty) {
      if (this.#looks.isAskedAgain) return; // the card may be gone by now: the next look follows at once
      this.#readerSeenEmpty = false;
      const transaction = randomBytes(16).toString('hex');
      const { waits } = this.#options.ports.configuration;
      this.#run(transaction, { is: 'started', transaction, waits });
    } else {
      this.#screen.show(promptOf('takeCard'));
    }
  }

  #run(transaction: TransactionId, event: Event, state?: State): void {
    const { ports, log, onStep } = this.#options;
    this.#running = new TransactionRunner(transaction, ports, log, {
      ...(state && { state }),
      onStep: (now, happened) => onStep?.(transaction, now, happened),
    });
    this.#running.ended.then(
      end => this.#onEnded(end),
      error => this.#onBroken(error),
    );
    this.#running.dispatch(event);
  }
}
