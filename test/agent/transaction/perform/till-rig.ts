// A till that does what the test says, and a performer's surroundings.
import * as assert from 'uvu/assert';
import type { PaymentNews, PaymentOperation, ToPanel } from '../../../../agent/panel/messages.ts';
import { Panel, type PanelConnection } from '../../../../agent/panel/panel.ts';
import { effectMs } from '../../../../agent/transaction/deadlines.ts';
import type { Effect } from '../../../../agent/transaction/effect.ts';
import { perform } from '../../../../agent/transaction/perform/perform.ts';
import { ManualClock } from '../../../manual-clock.ts';
import { Stage } from '../stage.ts';
import { transaction, waits } from '../story.ts';

type Request = Extract<ToPanel, { type: 'payment' }>;

export class TillRig {
  readonly clock = new ManualClock();
  readonly panel = new Panel(this.clock);
  stop = new AbortController();
  readonly requests: Request[] = [];
  #connection: PanelConnection | undefined;
  #wake: () => void = () => undefined;

  constructor() {
    this.connect();
  }

  connect(): void {
    this.#connection = {
      send: message => {
        if (message.type !== 'payment') return;
        this.requests.push(message);
        this.#wake();
      },
    };
    this.panel.connect(this.#connection);
  }

  disconnect(): void {
    if (this.#connection) this.panel.disconnect(this.#connection);
  }

  perform(effect: Effect) {
    const { panel, clock, stop } = this;
    const ports = { ...new Stage().ports, panel, clock };
    const endMs = clock.now() + effectMs(effect.do, waits);
    const leftMs = () => Math.max(1, Math.floor(endMs - clock.now()));
    return perform(effect, { ports, memory: {}, transaction, waits, leftMs, signal: stop.signal });
  }

  /** The next request to the till, which must be `operation`. */
  async asked(operation: PaymentOperation): Promise<Request> {
    if (this.requests.length === 0) await new Promise<void>(resolve => (this.#wake = resolve));
    const request = this.requests.shift()!;
    assert.is(request.operation, operation);
    return request;
  }

  /** What the till says. Returns the complaint that its developer gets, if any. */
  say(state: PaymentNews['state'], paidYen: number, more: Partial<PaymentNews> = {}): string | undefined {
    return this.panel.receive({ type: 'payment', transaction, state, paidYen, ...more });
  }

  async answer(
    operation: PaymentOperation,
    state: PaymentNews['state'],
    paidYen = 0,
  ): Promise<string | undefined> {
    const { request } = await this.asked(operation);
    return this.say(state, paidYen, { request });
  }
}
