// Whether the hub itself is there, and its services: it is asked again and again. A broker that takes messages proves nothing.
import type { Clock } from '../../drivers/base/clock.ts';
import type { Log } from '../../drivers/base/log.ts';
import type { Probed, ServiceName } from '../protocol/exchange.ts';
import { HubTime } from './hub-time.ts';
import { isLinkError, type LinkError } from './link-error.ts';
import type { Link } from './link-options.ts';

/**
 * `offline`: no connection to the broker, or the first answer on a new one is still to come. `silent`: the broker is reached,
 * and the hub does not answer. `there`: it answered on this connection, at most a minute ago.
 */
export interface HubStanding {
  is: 'offline' | 'silent' | 'there';
  /** Services that did not answer the hub, where it is there. */
  missing: readonly ServiceName[];
  /** Why it is silent, where that is known: it speaks no version that this terminal speaks. */
  failure?: 'link/version';
}

export interface HubWatchOptions {
  link: Pick<Link, 'online' | 'ask' | 'onOnline'>;
  clock: Clock;
  log: Log;
  /** In [0, 1). */
  random: () => number;
}

/** How old the hub's last answer may be, in ms, so that it counts as there. */
const validMs = 60_000;
/** Wait for an answer, in ms, and while a resident stands there. */
const answerMs = 10_000;
const refreshMs = 5_000;
/** Between two probes, in ms, and up to as much again: a thousand terminals must not ask at the same moment. */
const pauseMs = 20_000;
/** The same while hub or service is away. */
const shortPauseMs = 2_500;

export class HubWatch {
  readonly time: HubTime;
  readonly #options: HubWatchOptions;
  readonly #listeners = new Set<() => void>();
  /** Of the present connection. Undefined while there is none. */
  #connection: AbortController | undefined;
  /** The last answer on this connection. */
  #answer: { atMs: number; services: Probed['services'] } | undefined;
  #silent = false;
  #failure: 'link/version' | undefined;
  #probing: Promise<void> | undefined;
  #stop: (() => void) | undefined;
  #reported = 'offline ';

  constructor(options: HubWatchOptions) {
    this.#options = options;
    this.time = new HubTime(options.clock);
  }

  start(): void {
    const { link } = this.#options;
    this.#stop = link.onOnline(online => this.#onOnline(online));
    if (link.online) this.#onOnline(true);
  }

  close(): void {
    this.#stop?.();
    this.#connection?.abort();
    this.#connection = undefined;
  }

  get standing(): HubStanding {
    if (!this.#connection) return { is: 'offline', missing: [] };
    if (this.isYoung(validMs)) return { is: 'there', missing: this.#missing };
    const failure = this.#failure && { failure: this.#failure };
    return { is: this.#silent || this.#answer ? 'silent' : 'offline', missing: [], ...failure };
  }

  /** Whether the hub's last answer on this connection is at most `ageMs` old. */
  isYoung(ageMs: number): boolean {
    return this.#answer !== undefined && this.#options.clock.now() - this.#answer.atMs <= ageMs;
  }

  /** Asks the hub now, and resolves with its answer, or after 5 s without one: then it is not there. Never rejects. */
  async refresh(): Promise<void> {
    const connection = this.#connection;
    if (!connection) return;
    const before = this.#answer;
    const answered = new AbortController();
    const late = this.#options.clock.sleep(refreshMs, answered.signal).catch(() => undefined);
    await Promise.race([this.#probe(connection.signal), late]);
    answered.abort();
    if (this.#answer !== before || this.#connection !== connection) return;
    this.#answer = undefined;
    this.#silent = true;
    this.#report();
  }

  /** Calls `listener` at each change of the standing that an answer brings, or its absence. Returns a function that removes it. */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  get #missing(): ServiceName[] {
    const services = Object.entries(this.#answer?.services ?? {}) as [ServiceName, boolean][];
    return services.filter(([, isThere]) => !isThere).map(([name]) => name);
  }

  #onOnline(online: boolean): void {
    if (online === (this.#connection !== undefined)) return;
    this.#connection?.abort();
    this.#connection = online ? new AbortController() : undefined;
    this.#answer = undefined;
    this.#silent = false;
    this.#failure = undefined;
    this.#probing = undefined;
    if (this.#connection) void this.#watch(this.#connection.signal);
    this.#report();
  }

  async #watch(signal: AbortSignal): Promise<void> {
    const { clock, random } = this.#options;
    while (!signal.aborted) {
      await this.#probe(signal);
      const pause = this.#silent || this.#missing.length > 0 ? shortPauseMs : pauseMs;
      await clock.sleep(pause * (1 + random()), signal).catch(() => undefined); // the connection has ended
    }
  }

  /** One probe at a time. Never rejects. */
  #probe(signal: AbortSignal): Promise<void> {
    this.#probing ??= this.#ask(signal).finally(() => {
      if (!signal.aborted) this.#probing = undefined;
    });
    return this.#probing;
  }

  async #ask(signal: AbortSignal): Promise<void> {
    const { link, clock } = this.#options;
    const askedMs = clock.now();
    try {
      const answer = await link.ask({ ask: 'probe' }, { timeoutMs: answerMs, signal });
      if (signal.aborted) return;
      if (answer.answer === 'probe') {
        const atMs = clock.now();
        this.time.take(answer.wall, atMs - askedMs);
        this.#answer = { atMs, services: answer.services };
        this.#silent = false;
        this.#failure = undefined;
      } else this.#onSilence(answer.answer === 'refused' ? answer.code : 'hub/otherAnswer');
    } catch (error) {
      if (!isLinkError(error)) throw error;
      if (signal.aborted) return;
      this.#onSilence(error.code, error.detail);
    }
    this.#report();
  }

  #onSilence(code: string, detail: LinkError['detail'] = {}): void {
    const failure = code === 'link/version' ? code : undefined;
    if (!this.#silent || failure !== this.#failure)
      this.#options.log.warn('hub does not answer', { error: code, ...detail });
    this.#silent = true;
    this.#failure = failure;
  }

  #report(): void {
    const { is, missing, failure = '' } = this.standing;
    const now = `${is} ${missing}${failure}`;
    if (now === this.#reported) return;
    this.#reported = now;
    for (const listener of this.#listeners) listener();
  }
}
