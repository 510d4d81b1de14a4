// Requests to the printer and its responses: one request at a time, each with a time limit.
import type { Clock } from '../base/clock.ts';
import type { Line } from '../line/line.ts';
import { type PrinterAnswer, ResponseFraming } from './response-framing.ts';

export class Dialogue {
  #line: Line;
  #clock: Clock;
  #framing: ResponseFraming;

  /** `pauseMs`: max. pause inside one response, in ms. */
  constructor(line: Line, clock: Clock, pauseMs: number) {
    this.#line = line;
    this.#clock = clock;
    this.#framing = new ResponseFraming({ now: () => clock.now(), pauseMs });
    line.on('data', bytes => this.#framing.write(bytes));
  }

  onAnswer(listener: (answer: PrinterAnswer) => void): void {
    this.#framing.on('data', listener);
  }

  /**
   * Sends `question` once and waits for the answer that `isIt` accepts. Rejects when the line is lost (LineError), after
   * `limitMs`, or on close(). `line/offline` means that no byte was sent.
   */
  async ask<A extends PrinterAnswer>(
    question: Buffer,
    isIt: (answer: PrinterAnswer) => answer is A,
    limitMs: number,
  ): Promise<A> {
    const { promise, resolve, reject } = Promise.withResolvers<A>();
    const over = new AbortController();
    const onAnswer = (answer: PrinterAnswer) => {
      if (isIt(answer)) resolve(answer);
    };
    const late = () => reject(new Error(`no answer within ${limitMs} ms`));
    const closed = () => reject(new Error('closed while waiting for an answer'));
    this.#framing.on('data', onAnswer);
    this.#framing.on('close', closed);
    this.#line.on('offline', reject);
    this.#clock.sleep(limitMs, over.signal).then(late, () => undefined); // aborted: the wait ended before the limit
    this.#line.write(question).catch(reject);
    try {
      return await promise;
    } finally {
      over.abort();
      this.#framing.off('data', onAnswer);
      this.#framing.off('close', closed);
      this.#line.off('offline', reject);
    }
  }

  async close(): Promise<void> {
    await this.#line.close();
    this.#framing.destroy();
  }
}
