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
  /** Errors: link/timeout; link/offline where there is no connection at that time; what `send` rejects with, but for link/offline. */
  readonly answer: Promise<Answer>;
  readonly #options: OpenQuestionOptions;
  readonly #settle = Promise.withResolvers<Answer>();
  readonly #over = new AbortController();
  readonly #endMs: number;
  /** Of the present connection: ends the asking. Undefined while there is none. */
  #connection: AbortController | undefined;
  #sentMs: number | undefined;

  constructor(options: OpenQuestionOptions) {
    const { clock, timeoutMs } = options;
    this.#options = options;
    this.#endMs = clock.now() + timeoutMs;
    this.answer = this.#settle.promise.finally(() => {
      this.#over.abort();
      this.offline();
    });
    clock.sleep(timeoutMs, this.#over.signal).then(
      () =>
        this.reject(
          new LinkError(this.#connection ? 'link/timeout' : 'link/offline', { detail: { timeoutMs } }),
        ),
      () => undefined, // the question ended first
    );
  }

  /** How long the answer has taken so far, since the broker had the first copy of this connection, in ms. Undefined: it has none. */
  get tookMs(): number | undefined {
    return this.#sentMs === undefined ? undefined : this.#options.clock.now() - this.#sentMs;
  }

  /** A connection is there: asks on it. */
  online(): void {
    this.offline();
    this.#connection = new AbortController();
    void this.#keepAsking(this.#connection.signal);
  }

  /** The connection has ended, and with it what was under way. */
  offline(): void {
    this.#connection?.abort();
    this.#connection = undefined;
    this.#sentMs = undefined;
  }

  resolve(answer: Answer): void {
    this.#settle.resolve(answer);
  }

  reject(error: LinkError): void {
    this.#settle.reject(error);
  }

  /** The next copy is sent only after the broker has had the last one for a while: a slow line is not filled with copies. */
  async #keepAsking(ended: AbortSignal): Promise<void> {
    const { clock, send, question, againMs } = this.#options;
    try {
      for (let copy = 0; !ended.aborted; copy++) {
        const waitsMs = Math.max(1, Math.ceil(this.#endMs - clock.now()));
        await send({ id: this.id, waitsMs, question });
        if (ended.aborted) return;
        this.#sentMs ??= clock.now();
        await clock.sleep(againMs(copy), ended);
      }
    } catch (error) {
      if (ended.aborted) return;
      if (!isLinkError(error)) throw error;
      if (error.code !== 'link/offline') this.reject(error); // the next connection asks again
    }
  }
}
