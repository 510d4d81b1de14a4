// The heartbeat of one connection: who has not said hello in time, or does not answer the terminal's pings, is not there.
import type { Clock } from '../../drivers/base/clock.ts';
import { startDeadline } from '../../drivers/base/deadline.ts';

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
  /** Ends the wait under way. */
  #cancel: () => void;
  #sent = 0;
  #answered = 0;

  /** Starts the time for the hello. */
  constructor(clock: Clock, actions: HeartbeatActions) {
    this.#clock = clock;
    this.#actions = actions;
    this.#cancel = startDeadline(clock, helloMs, () => actions.silent('No hello came.'));
  }

  /** The panel has said hello: pings begin. */
  start(): void {
    this.#cancel();
    this.#beat();
  }

  #beat(): void {
    if (this.#sent - this.#answered < maxUnanswered) {
      this.#actions.ping(++this.#sent);
      this.#cancel = startDeadline(this.#clock, beatMs, () => this.#beat());
    } else this.#actions.silent('The panel does not answer pings.');
  }

  /** Takes an answer. Returns a complaint where no such ping was sent. An answer to a later ping answers all before it. */
  pong(number: number): string | undefined {
    if (number < 1 || number > this.#sent) return `Ping ${number} was not sent.`;
    this.#answered = Math.max(this.#answered, number);
    return undefined;
  }

  stop(): void {
    this.#cancel();
  }
}
