// The counter: open or closed as the readiness conditions are, one resident at a time. Nobody is served while the previous
// resident's card is still in the reader.
import { randomBytes } from 'node:crypto';
import { failure } from '../../drivers/base/log.ts';
import type { DeviceStatus } from '../commands/device-status.ts';
import type { SignedPrint } from '../commands/gate-door.ts';
import type { LedgerStatus } from '../ledger/status.ts';
import type { Prompt, ShownCondition } from '../panel/messages.ts';
import type { PanelEvent } from '../panel/panel.ts';
import { promptOf } from '../panel/prompts.ts';
import type { Outcome } from '../protocol/ledger.ts';
import { type HubFacts, warningsOf } from '../readiness/hub-conditions.ts';
import { missingConditions } from '../readiness/readiness.ts';
import type { Warning } from '../readiness/warnings.ts';
import type { Event } from '../transaction/event.ts';
import type { Ports } from '../transaction/ports.ts';
import { TransactionRunner } from '../transaction/runner.ts';
import type { Ended, State, TransactionId } from '../transaction/state.ts';
import type { TransactionLog } from '../transaction/transaction-log.ts';
import type { GateNews } from './gate-connection.ts';
import { LateEvidence } from './late-evidence.ts';
import type { CounterStatus } from './status.ts';

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
  legs: ShownCondition[];
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

/** How many claims the status lists. All of them are in the journal and in the hub's ledger. */
const maxClaims = 20;

export class Counter {
  readonly #options: CounterOptions;
  readonly #closing = new AbortController();
  #running: TransactionRunner | undefined;
  #interrupted: { transaction: TransactionId; state: State }[] = [];
  #shown = '';
  /** What the last look saw; undefined before the first. */
  #seen: Seen | undefined;
  /** Since the start, the youngest last. A person decides about each. */
  readonly #claims: CounterStatus['claims'] = [];
  readonly #lateEvidence: LateEvidence;
  #looking: Promise<void> | undefined;
  #lookAgain = false;
  /** False from when a card was served until the reader was seen empty. A card that was left behind starts nothing. */
  #readerSeenEmpty = false;
  /** Rejects when a step could not be made durable: nothing may go on then. */
  readonly #broken = Promise.withResolvers<never>();

  constructor(options: CounterOptions) {
    this.#options = options;
    const { gate, configuration, log } = options.ports;
    this.#lateEvidence = new LateEvidence({
      ...{ gate, log, transactions: options.log, waits: configuration.waits },
      onEvidence: (signed, outcome) => this.#onEvidence(signed, outcome),
    });
    options.ports.panel.onEvent(event => this.#onPanel(event));
  }

  /**
   * Brings interrupted transactions to their ends, then serves. Resolves after `close`; where the journal may not be used, as
   * soon as nobody is served any more. Rejects where a step could not be made durable.
   */
  async serve(interrupted: { transaction: TransactionId; state: State }[]): Promise<void> {
    this.#interrupted = [...interrupted];
    const { clock } = this.#options.ports;
    const stopped = this.#closing.signal;
    const looking = (async () => {
      while (!stopped.aborted) {
        await this.look();
        await clock.sleep(lookMs, stopped).catch(() => undefined); // closing
      }
    })();
    await Promise.race([looking, this.#broken.promise]);
  }

  /** As of the last look: no device is asked for it. */
  get status(): CounterStatus {
    const { panel } = this.#options.ports;
    const running = this.#running;
    const seen = this.#seen;
    return {
      state: running ? 'serving' : seen?.legs.length === 0 ? 'open' : 'outOfService',
      legs: [...((running ? panel.shown?.legs : seen?.legs) ?? [])],
      warnings: seen?.warnings ?? [],
      devices: seen?.devices,
      ...(running && { serving: { transaction: running.transaction, at: running.at } }),
      interrupted: this.#interrupted.map(({ transaction, state: { at } }) => ({ transaction, at })),
      claims: this.#claims,
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
    this.#lookSoon();
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
    this.#lookSoon();
  }

  #onPanel(event: PanelEvent): void {
    if (event.is === 'canceled') this.#running?.dispatch({ is: 'declined' });
    if (event.is === 'connected' || event.is === 'disconnected') this.#lookSoon();
  }

  #onEnded({ transaction, ending }: Ended): void {
    const { outcome, code } = ending;
    this.#options.ports.log.info('transaction ended', { transaction, outcome, code });
    if (outcome === 'refundDue' || outcome === 'unknown') {
      this.#claims.push({ transaction, outcome, code });
      this.#claims.splice(0, this.#claims.length - maxClaims);
    }
    if (outcome === 'unknown' && ending.evidence === undefined) this.#lateEvidence.expect();
    this.#running = undefined;
    this.#shown = '';
    this.#lookSoon();
  }

  /** A claim that waits for a person is settled by what the gate has signed since. */
  #onEvidence({ transaction, result }: SignedPrint, outcome: Outcome | undefined): void {
    const claim = this.#claims.find(one => one.transaction === transaction);
    if (claim) claim.paper = result;
    else if (outcome === undefined || outcome === 'unknown') {
      this.#claims.push({ transaction, outcome: 'unknown', code: 'print/unknown', paper: result });
      this.#claims.splice(0, this.#claims.length - maxClaims);
    }
  }

  #lookSoon(): void {
    this.look().catch(error => this.#options.ports.log.error('counter stopped looking', failure(error)));
  }

  /** Looks at the conditions and acts on them. One look at a time, and one more where something changed meanwhile. */
  look(): Promise<void> {
    if (this.#looking) {
      this.#lookAgain = true;
      return this.#looking;
    }
    this.#looking = this.#look().finally(() => {
      this.#looking = undefined;
      if (!this.#lookAgain) return;
      this.#lookAgain = false;
      this.#lookSoon();
    });
    return this.#looking;
  }

  async #look(): Promise<void> {
    const { ports, hub } = this.#options;
    if (this.#running || this.#closing.signal.aborted) return;
    const ledger = await this.#options.ledger.status();
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
      const legs = missingConditions({ devices, hub: facts, panelConnected, ledger, openTransaction });
      this.#seen = { legs, warnings: warningsOf(facts), devices };
      this.#options.onLook?.(this.#seen);
      return legs;
    };
    let legs = see();
    if (ledger.stopped !== undefined && !interrupted) this.#closing.abort();
    const cardPresent = devices?.card.present === true;
    if (legs.length === 0 && cardPresent && this.#readerSeenEmpty && !hub.isYoung(youngMs)) {
      this.#show(promptOf('readingCard'));
      await hub.refresh();
      if (this.#closing.signal.aborted) return;
      legs = see();
    }
    if (legs.length > 0) this.#showClosed(legs);
    else this.#showOpen(cardPresent);
  }

  #showClosed(legs: ShownCondition[]): void {
    this.#show({ ...promptOf('outOfService'), legs });
  }

  /** Open: a card that came in after the reader was empty begins a transaction. */
  #showOpen(cardPresent: boolean): void {
    if (!cardPresent) {
      this.#show(promptOf('insertCard'));
    } else if (this.#readerSeenEmpty) {
      if (this.#lookAgain) return; // the card may be gone by now: the next look follows at once
      this.#readerSeenEmpty = false;
      const transaction = randomBytes(16).toString('hex');
      const { waits } = this.#options.ports.configuration;
      this.#run(transaction, { is: 'started', transaction, waits });
    } else {
      this.#show(promptOf('takeCard'));
    }
  }

  /** Only where it differs from what is shown: so the log says since when a terminal is open, or what it waits for. */
  #show(prompt: Prompt): void {
    const missing = (prompt.legs ?? []).map(({ code }) => code).join(' ');
    const what = `${prompt.id} ${missing}`;
    if (this.#shown === what) return;
    this.#shown = what;
    const { log, panel } = this.#options.ports;
    log.info('counter shows', { prompt: prompt.id, ...(missing && { missing }) });
    panel.show(prompt);
  }

  #run(transaction: TransactionId, event: Event, state?: State): void {
    const { ports, log, onStep } = this.#options;
    this.#running = new TransactionRunner(transaction, ports, log, {
      ...(state && { state }),
      onStep: (now, happened) => onStep?.(transaction, now, happened),
    });
    this.#running.ended.then(end => this.#onEnded(end), this.#broken.reject);
    this.#running.dispatch(event);
  }
}
