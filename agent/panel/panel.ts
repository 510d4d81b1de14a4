// The terminal's screen and till, as the agent sees them. Prompts and questions go out, answers come in, and payments are an
// idempotent protocol keyed by the transaction. One panel at a time. A panel that connects gets the present prompt and question.
import type { Clock } from '../../drivers/base/clock.ts';
import { PanelError } from './error.ts';
import type { Ask, FromPanel, PaymentNews, PaymentOperation, Prompt, ToPanel } from './messages.ts';
import { TillReport, wrongAmount } from './till-report.ts';

/** A connected panel, as the socket's server hands it over. */
export interface PanelConnection {
  send(message: ToPanel): void;
}

interface OpenAsk {
  ask: number;
  message: ToPanel;
  /** Throws where the answer is invalid. */
  take(value: unknown): void;
  fail(error: PanelError): void;
}

interface OpenRequest {
  transaction: string;
  resolve(news: PaymentNews): void;
  fail(error: PanelError): void;
}

export class Panel {
  readonly #clock: Clock;
  #connection: PanelConnection | undefined;
  #prompt: Prompt | undefined;
  #ask: OpenAsk | undefined;
  #count: number;
  #payment: TillReport | undefined;
  readonly #requests = new Map<number, OpenRequest>();
  readonly #listeners = new Set<(event: PanelEvent) => void>();

  /**
   * `lastNumber`: questions and requests are numbered from the next one. Random in each process, so that an answer that a panel kept
   * over a restart of the agent answers nothing.
   */
  constructor(clock: Clock, lastNumber = 0) {
    this.#clock = clock;
    this.#count = lastNumber;
  }

  get connected(): boolean {
    return this.#connection !== undefined;
  }

  /** The present prompt, whether or not a panel is connected. */
  get shown(): Prompt | undefined {
    return this.#prompt;
  }

  onEvent(listener: (event: PanelEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Shows `prompt` now, and on every panel that connects later. */
  show(prompt: Prompt): void {
    this.#prompt = prompt;
    this.#connection?.send({ type: 'prompt', ...prompt });
  }

  /**
   * Asks the resident. Resolves with what `read` makes of the answer. Where `read` throws, the panel gets an error, and the question
   * stays open. Errors: panel/declined; the signal's reason.
   */
  ask<T>(question: Ask, timeoutMs: number, read: (value: unknown) => T, signal: AbortSignal): Promise<T> {
    const ask = ++this.#count;
    const message: ToPanel = { type: 'ask', ask, timeoutMs, question };
    return new Promise<T>((resolve, reject) => {
      const close = () => {
        signal.removeEventListener('abort', abort);
        if (this.#ask?.ask === ask) this.#ask = undefined;
        this.#connection?.send({ type: 'askEnd', ask });
      };
      const abort = () => {
        close();
        reject(signal.reason);
      };
      if (signal.aborted) return reject(signal.reason);
      signal.addEventListener('abort', abort);
      this.#ask = {
        ask,
        message,
        take: value => {
          const result = read(value);
          close();
          resolve(result);
        },
        fail: error => {
          close();
          reject(error);
        },
      };
      this.#connection?.send(message);
    });
  }

  /**
   * Sends one request to the till. Errors: panel/offline (no panel, or it disconnected before it answered), panel/timeout,
   * panel/wrongAmount, panel/wrongAnswer.
   */
  async pay(
    operation: PaymentOperation,
    transaction: string,
    amountYen: number,
    timeoutMs: number,
  ): Promise<PaymentNews> {
    const connection = this.#connection;
    if (!connection) throw new PanelError('panel/offline');
    if (this.#payment?.transaction !== transaction) this.#payment = new TillReport(transaction, amountYen);
    const request = ++this.#count;
    const answered = new AbortController();
    try {
      return await new Promise<PaymentNews>((resolve, reject) => {
        this.#requests.set(request, { transaction, resolve, fail: reject });
        this.#clock.sleep(timeoutMs, answered.signal).then(
          () => reject(new PanelError('panel/timeout')),
          () => undefined, // answered in time
        );
        connection.send({ type: 'payment', request, operation, transaction, amountYen });
      });
    } finally {
      answered.abort();
      this.#requests.delete(request);
    }
  }

  /** The last amount that the till itself reported of this payment, in yen. Undefined where it has reported none to this process. */
  reportedYen(transaction: string): number | undefined {
    return this.#payment?.transaction === transaction ? this.#payment.reportedYen : undefined;
  }

  /** A panel has said hello. It replaces a previous one. */
  connect(connection: PanelConnection): void {
    this.#failRequests();
    this.#connection = connection;
    if (this.#prompt) connection.send({ type: 'prompt', ...this.#prompt });
    if (this.#ask) connection.send(this.#ask.message);
    this.#tell({ is: 'connected' });
  }

  disconnect(connection: PanelConnection): void {
    if (this.#connection !== connection) return;
    this.#connection = undefined;
    this.#failRequests();
    this.#tell({ is: 'disconnected' });
  }

  /** The connected panel answered this request to the till with something that docs/panel.md does not allow. */
  spoil(request: number): void {
    this.#requests.get(request)?.fail(new PanelError('panel/wrongAnswer'));
  }

  /** Takes a message of the connected panel. Returns a complaint for its developer, or undefined. */
  receive(message: Exclude<FromPanel, { type: 'hello' | 'pong' }>): string | undefined {
    if (message.type === 'cancel') {
      this.#ask?.fail(new PanelError('panel/declined'));
      this.#tell({ is: 'canceled' });
      return undefined;
    }
    if (message.type === 'payment') return this.#takePayment(message);
    if (message.ask !== this.#ask?.ask) return `Question ${message.ask} is not open.`;
    try {
      this.#ask.take(message.value);
      return undefined;
    } catch (error) {
      return error instanceof Error ? error.message : 'The answer was not understood.';
    }
  }

  #takePayment(news: PaymentNews): string | undefined {
    const { request, transaction } = news;
    const open = request === undefined ? undefined : this.#requests.get(request);
    if (open && open.transaction !== transaction) return `Request ${request} is for another transaction.`;
    const payment = this.#payment?.transaction === transaction ? this.#payment : undefined;
    const wrong = payment ? payment.take(news) : wrongAmount(news, undefined);
    if (wrong === undefined) {
      open?.resolve(news);
      this.#tell({ is: 'payment', news });
    } else {
      open?.fail(new PanelError('panel/wrongAmount', { detail: { reported: news.state } }));
      this.#tell({ is: 'wrongPayment', transaction });
    }
    return wrong;
  }

  /** Fails all requests: the panel that got them is gone. They can be made again without harm. */
  #failRequests(): void {
    for (const { fail } of this.#requests.values()) fail(new PanelError('panel/offline'));
  }

  #tell(event: PanelEvent): void {
    for (const listener of this.#listeners) listener(event);
  }
}

export type PanelEvent =
  | { is: 'connected' }
  | { is: 'disconnected' }
  | { is: 'canceled' }
  | { is: 'payment'; news: PaymentNews }
  /** The till reported an amount that its state does not allow. The panel was sent an error. */
  | { is: 'wrongPayment'; transaction: string };
