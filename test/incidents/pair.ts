// A hub whose issuing service meets with the orders of two residents in the same second, and mixes up what it makes of them.
import { chunkLimit } from '../../agent/protocol/document.ts';
import { takeOrder } from '../../simulator/hub/issuing/service.ts';
import type { IssuingState } from '../../simulator/hub/issuing/state.ts';
import type { VerifiedOrder } from '../../simulator/hub/issuing/verified-order.ts';
import type { RunningHub } from '../../simulator/hub/process/hub.ts';
import type { Entry } from '../../simulator/hub/residents/register.ts';
import type { Counters, Pair, Visited } from './counter.ts';
import type { Play } from './incident.ts';

export interface Ordered {
  verified: VerifiedOrder;
  entry: Entry;
  state: IssuingState;
}

export interface Made {
  sealed: Buffer;
  /** What comes in its place when it is fetched. */
  fetched?: Buffer;
}

/** Makes both documents, once both orders are there; the earlier order is the first. */
export type Mix = (orders: readonly [Ordered, Ordered]) => Promise<readonly [Made, Made]>;

/** Where the two orders meet. */
class Meeting {
  readonly #mix: Mix;
  readonly #orders: Ordered[] = [];
  readonly #made = Promise.withResolvers<readonly [Made, Made]>();

  constructor(mix: Mix) {
    this.#mix = mix;
    this.#made.promise.catch(() => undefined); // whoever waits gets it
  }

  async arrive(ordered: Ordered): Promise<Made> {
    const nth = this.#orders.push(ordered) - 1;
    const [first, second] = this.#orders;
    if (first && second) this.#mix([first, second]).then(this.#made.resolve, this.#made.reject);
    return (await this.#made.promise)[nth]!;
  }

  /** A visit is over: nobody waits for its order. */
  leave(): void {
    this.#made.reject(new Error('the other order of the pair never came'));
  }
}

/** The two visits at once, with a hub that does `mix` to their orders. */
export async function together(
  hub: RunningHub,
  counters: Counters,
  pair: Pair,
  mix: Mix | undefined,
  enlarged?: Play['enlarged'],
): Promise<Visited[]> {
  const meeting = mix && new Meeting(mix);
  const fetched = new Map<string, Buffer>();
  const names = counters.map(({ name }) => name);
  const behaviour: RunningHub['behaviours']['issuing'][number] = async (question, state) => {
    if (!meeting || !('terminal' in question) || !names.includes(question.terminal)) return undefined;
    const id =
      question.ask === 'order' || question.ask === 'fetch' ? question.transaction.toString('hex') : '';
    if (question.ask === 'order') {
      const make: IssuingState['make'] = async (verified, entry) => {
        const made = await meeting.arrive({ verified, entry: enlarged?.(entry) ?? entry, state });
        if (made.fetched) fetched.set(id, made.fetched);
        return made.sealed;
      };
      return takeOrder(question, { ...state, make });
    }
    const bytes = fetched.get(id);
    if (question.ask !== 'fetch' || !bytes) return undefined;
    const chunk = bytes.subarray(question.offset, question.offset + chunkLimit);
    return { answer: 'fetch', offset: question.offset, chunk };
  };
  hub.behaviours.issuing.unshift(behaviour);
  try {
    return await Promise.all(
      counters.map(async (counter, i) => {
        try {
          return await counter.visit(pair[i]!, enlarged);
        } finally {
          meeting?.leave();
        }
      }),
    );
  } finally {
    hub.behaviours.issuing.splice(hub.behaviours.issuing.indexOf(behaviour), 1);
  }
}

/** A play that is this mix-up and nothing else. */
export const mixing = (mix: Mix, play: Omit<Play, 'run'>): Play => ({
  ...play,
  run: ({ site, counters, pair }) => together(site.hub, counters, pair, mix, play.enlarged),
});

/** `theirs` with the size of `own`: the rest of the overwritten file stays behind a shorter one. */
export const overwritten = (own: Buffer, theirs: Buffer): Buffer =>
  Buffer.concat([theirs, own.subarray(theirs.length)]).subarray(0, own.length);
