// Messages from the broker that are not used: each is counted, and the log says why, at a bounded rate.
import type { Clock } from '../../drivers/base/clock.ts';
import type { Log } from '../../drivers/base/log.ts';
import type { Topics } from '../protocol/topics.ts';

export interface Unused {
  /** Last part of the topic that it came on. */
  topic: keyof Topics;
  /** Of this list, or `protocol/…` where it is not what the contract allows. */
  code: string;
  /** The field that is wrong, where one is. */
  path?: string | undefined;
}

const nothing = 'Nothing, where it is rare';

/** All codes of our own, for docs/codes.md. */
export const unusedCodes = {
  'unused/late': ['An answer came after its question had ended', nothing],
  'unused/duplicate': ['An answer came twice', `${nothing}: the question was asked again`],
  'unused/stray': ['A message that nobody here asked for', 'If it goes on, report it to the hub'],
  'unused/outdated': ['An acknowledgement of another run, enrolment or generation', nothing],
  'unused/foreign': [
    'An acknowledgement of telemetry that this log does not have',
    'Nothing, where the log was put aside before: the hub has records of the old one',
  ],
  'unused/unwritten': [
    'An acknowledgement came that the disk did not take; the hub is asked again',
    'See what the log says of the disk',
  ],
} as const;

/** The log has each kind once in this time, in ms, and at most `maxKinds` kinds. */
const windowMs = 60_000;
const maxKinds = 20;

export class UnusedMessages {
  readonly #clock: Clock;
  readonly #log: Log;
  #fromMs = 0;
  /** How often each kind came in the present window, and in the one before. */
  #kinds = new Map<string, number>();
  #before: ReadonlyMap<string, number> = new Map();
  #count = 0;
  #last: Unused | undefined;

  constructor({ clock, log }: { clock: Clock; log: Log }) {
    this.#clock = clock;
    this.#log = log;
  }

  /** Since the start. */
  get count(): number {
    return this.#count;
  }

  /** The youngest. */
  get last(): Unused | undefined {
    return this.#last;
  }

  add(unused: Unused): void {
    const { topic, code, path } = unused;
    this.#count++;
    this.#last = unused;
    const now = this.#clock.now();
    if (now - this.#fromMs >= windowMs) {
      [this.#fromMs, this.#before, this.#kinds] = [now, this.#kinds, new Map()];
    }
    const kind = `${topic} ${code} ${path ?? ''}`;
    const times = this.#kinds.get(kind) ?? 0;
    if (times === 0 && this.#kinds.size >= maxKinds) return;
    this.#kinds.set(kind, times + 1);
    if (times > 0) return;
    const more = (this.#before.get(kind) ?? 1) - 1;
    this.#log.warn('message not used', { topic, code, ...(path && { path }), ...(more > 0 && { more }) });
  }
}
