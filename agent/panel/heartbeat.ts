// The heartbeat of one connection: who has not said hello in time, or does not answer the terminal's pings, is not there.
import type { Clock } from '../../drivers/base/clock.ts';

/** Time between two pings, in ms. */
export const beatMs = 10_000;
/** Pings in a row that a panel may leave unanswered. The connection is closed when the next one is due. */
export const maxUnanswered = 2;
/** How long a connection may take to say hello, in ms. */
export const helloMs = 10_000;

export interface HeartbeatActions {
  ping(number: number): void;
  /** The other side is silent. Called once. */
  silent(why: string): void;
}

export class Heartbeat {
  readonly #clock: Clock;
  readonly #actions: HeartbeatActions;
  readonly #over = new AbortController();
  #waiting = new AbortController();
  #sent = 0;
  #answered = 0;

  /** Starts the time for the hello. */
  constructor(clock: Clock, actions: HeartbeatActions) {
    this.#clock = clock;
    this.#actions = actions;
    this.#after(helloMs, () => actions.silent('No hello came.'));
  }

  /** The panel has said hello: pings begin. */
  start(): void {
    this.#waiting.abort();
    this.#beat();
  }

  #beat(): void {
    if (this.#sent - this.#answered < maxUnanswered) {
      this.#actions.ping(++this.#sent);
      this.#after(beatMs, () => this.#beat());
    } else this.#actions.silent('The panel does not answer pings.');
  }

  /** Takes an answer. Returns a complaint where no such ping was sent. An answer to a later ping answers all before it. */
  pong(number: number): string | undefined {
    if (number < 1 || number > this.#sent) return `Ping ${number} was not sent.`;
    this.#answered = Math.max(this.#answered, number);
    return undefined;
  }

  stop(): void {
    this.#over.abort();
  }

  #after(ms: number, act: () => void): void {
    this.#waiting = new AbortController();
    const stop = AbortSignal.any([this.#over.signal, this.#waiting.signal]);
    this.#clock.sleep(ms, stop).then(act, error => {
      if (!stop.aborted) throw error;
    });
  }
}
