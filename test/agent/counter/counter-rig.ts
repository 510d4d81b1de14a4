// A counter with everything around it simulated: devices as the test sets them, a card that is put in and taken.
import type { DeviceStatus } from '../../../agent/commands/device-status.ts';
import { Counter } from '../../../agent/counter/counter.ts';
import type { GateNews } from '../../../agent/counter/gate-connection.ts';
import type { LedgerStatus } from '../../../agent/ledger/ledger-status.ts';
import type { PanelConnection } from '../../../agent/panel/panel.ts';
import type { HubFacts } from '../../../agent/readiness/hub-conditions.ts';
import { goodDevices, goodHub, goodLedger } from '../readiness/all-ready.ts';
import { Stage, type StageOptions } from '../transaction/stage.ts';

export class CounterRig {
  readonly stage: Stage;
  readonly counter: Counter;
  /** What the gate reports about the devices; a function where it shall fail or wait. */
  status: DeviceStatus | (() => Promise<DeviceStatus>) = goodDevices;
  hub: HubFacts = goodHub;
  /** Age of the hub's last answer, in ms. */
  hubAgeMs = 0;
  /** What the hub's answer is, when it is asked again. */
  onRefresh: () => void | Promise<void> = () => undefined;
  refreshes = 0;
  /** The ledger's status; a function where it shall fail or wait. */
  ledger: LedgerStatus | (() => Promise<LedgerStatus>) = goodLedger;
  /** Codes of the conditions that were shown as missing, each time. */
  readonly closed: string[][] = [];
  /** Outcome of `serve`: `closed`, or the error that it rejected with. */
  readonly served: Promise<unknown>;
  statusCalls = 0;
  transactions: string[] = [];

  constructor(options: StageOptions = {}, before: (rig: CounterRig) => void = () => undefined) {
    this.stage = new Stage({
      ...options,
      gate: {
        ...options.gate,
        status: async () => {
          this.statusCalls++;
          return typeof this.status === 'function' ? this.status() : this.status;
        },
      },
      onPrompt: prompt => {
        if (prompt.conditions) this.closed.push(prompt.conditions.map(({ code }) => code));
      },
    });
    const { ports, log } = this.stage;
    this.counter = new Counter({
      ports,
      log,
      hub: {
        facts: () => this.hub,
        isYoung: ageMs => this.hubAgeMs <= ageMs,
        refresh: async () => {
          this.refreshes++;
          await this.onRefresh();
        },
      },
      ledger: {
        status: async () => (typeof this.ledger === 'function' ? this.ledger() : this.ledger),
      },
      onStep: (transaction, { at }, { is }) => {
        if (is === 'started') this.transactions.push(transaction);
        if (is === 'ordered') queueMicrotask(() => this.takeCard());
        this.stage.steps.push(at);
      },
    });
    before(this);
    this.served = this.counter.serve(this.stage.interrupted).then(
      () => 'closed',
      (error: unknown) => error,
    );
  }

  #card(present: boolean, name: 'cardInserted' | 'cardRemoved'): void {
    if (typeof this.status !== 'function')
      this.status = { ...this.status, card: { ...this.status.card, present } };
    this.counter.onGate({ is: 'event', event: { name, payload: {} } } as GateNews);
  }
  putCard = (): void => this.#card(true, 'cardInserted');
  takeCard = (): void => this.#card(false, 'cardRemoved');

  async settle(): Promise<void> {
    for (let i = 0; i < 10; i++) await new Promise(setImmediate);
  }

  /** Waits until `what` holds. */
  async until(what: () => boolean): Promise<void> {
    while (!what()) await new Promise(setImmediate);
  }

  untilShown(prompt: string): Promise<void> {
    return this.until(() => this.stage.prompts.at(-1) === prompt);
  }

  /** An end may be followed by the next prompt at once. */
  untilEnded(prompt: string): Promise<void> {
    return this.until(() => this.stage.prompts.includes(prompt));
  }

  untilAsked(name: string): Promise<void> {
    return this.until(() => this.stage.asked.includes(name));
  }

  disconnectPanel(): void {
    const other: PanelConnection = { send: () => undefined };
    this.stage.panel.connect(other);
    this.stage.panel.disconnect(other);
  }

  async close(): Promise<void> {
    this.counter.close();
    await this.served;
  }
}
