// One question until its answer. It, or its answer, may be lost on the way: so it is asked again under its id while its wait lasts.
import { randomBytes } from 'node:crypto';
import type { Clock } from '../../drivers/base/clock.ts';
import type { Answer, Question, QuestionEnvelope } from '../protocol/exchange.ts';
import { isLinkError, LinkError } from './link-error.ts';

export interface OpenQuestionOptions {
  question: Question;
  /** From now to the answer, in ms [1..600000]. */
  timeoutMs: number;
  clock: Clock;
  /** Resolves when the broker has it. Errors: link/offline, link/refused. */
  send: (envelope: QuestionEnvelope) => Promise<void>;
  /** Wait for the answer once the broker has copy number `copy` (from 0) of this connection, in ms. */
  againMs: (copy: number) => number;
}

export class OpenQuestion {
  readonly id: Buffer = randomBytes(16);
  /** Errors, when the time is over: link/timeout; link/offline without a connection; what `send` rejected the last copy with. */
  readonly answer: Promise<Answer>;
  /** Version of each copy that was sent on the present connection, by its SHA-256 in hex. */
  readonly copies = new Map<string, number>();
  readonly #options: OpenQuestionOptions;
  readonly #settle = Promise.withResolvers<Answer>();
  readonly #over = new AbortController();
  readonly #endMs: number;
  /** Of the present connection: ends the asking. Undefined while there is none. */
  #connection: AbortController | undefined;
  #sentMs: number | undefined;
  /** Why the broker did not take the last copy of this connection. */
  #refusal: LinkError | undefined;

  constructor(options: OpenQuestionOptions) {
    const { clock, timeoutMs } = options;
    this.#options = options;
    this.#endMs = clock.now() + timeoutMs;
    this.answer = this.#settle.promise.finally(() => {
      this.#over.abort();
      this.offline();
    });
    clock.sleep(timeoutMs, this.#over.signal).then(
      () => this.reject(this.#whyNot()),
      () => undefined, // the question ended first
    );
  }

  #whyNot(): LinkError {
    const { timeoutMs } = this.#options;
    if (!this.#connection) return new LinkError('link/offline', { detail: { timeoutMs } });
    return this.#refusal ?? new LinkError('link/timeout', { detail: { timeoutMs } });
  }

  /** How long the answer has taken so far, since the broker had the first copy of this connection, in ms. Undefined: it has none. */
  get tookMs(): number | undefined {
    return this.#sentMs === undefined ? undefined : this.#options.clock.now() - this.#sentMs;
  }

  /** A connection is there: asks on it. */
  online(): void {
    this.offline();
    this.again();
  }

  /** Asks anew on the present connection, at once: in another version. */
  again(): void {
    this.#rest();
    this.#connection = new AbortController();
    void this.#keepAsking(this.#connection.signal);
  }

  /** The connection has ended, and with it what was under way. */
  offline(): void {
    this.#rest();
    this.copies.clear();
  }

  #rest(): void {
    this.#connection?.abort();
    this.#connection = undefined;
    this.#sentMs = undefined;
    this.#refusal = undefined;
  }

  resolve(answer: Answer): void {
    this.#settle.resolve(answer);
  }

  reject(error: LinkError): void {
    this.#settle.reject(error);
  }

  /** The next copy is sent only after the broker has had the last one for a while: a slow line is not filled with copies. */
  async #keepAsking(ended: AbortSignal): Promise<void> {
    const { clock, againMs } = this.#options;
    for (let copy = 0; !ended.aborted; copy++) {
      await this.#send(ended);
      await clock.sleep(againMs(copy), ended).catch(() => undefined); // the connection or the question has ended
    }
  }

  /** What the broker refuses may pass a moment later, or on the next connection. */
  async #send(ended: AbortSignal): Promise<void> {
    const { clock, send, question } = this.#options;
    const waitsMs = Math.max(1, Math.ceil(this.#endMs - clock.now()));
    try {
      await send({ id: this.id, waitsMs, question });
      if (ended.aborted) return;
      this.#sentMs ??= clock.now();
      this.#refusal = undefined;
    } catch (error) {
      if (!isLinkError(error)) throw error;
      if (!ended.aborted && error.code !== 'link/offline') this.#refusal = error;
    }
  }
}
