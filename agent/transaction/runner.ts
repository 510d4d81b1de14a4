// Runs one transaction: takes events one by one, writes each step to the journal BEFORE its effects run, turns effects
// into work and their outcome into the next event, and keeps each state's deadline on monotonic time.
import { isMadoguchiError } from '../../drivers/base/error.ts';
import { failure } from '../../drivers/base/log.ts';
import { effectMs, stateMs } from './deadlines.ts';
import type { Effect } from './effect.ts';
import type { Step } from './ending.ts';
import { type Event, failureCode } from './event.ts';
import { next } from './next.ts';
import { perform } from './perform/perform.ts';
import type { Memory, Ports } from './ports.ts';
import { type Ended, isEnded, type State, type TransactionId } from './state.ts';
import { isTransactionError, type TransactionError } from './transaction-error.ts';
import type { TransactionLog } from './transaction-log.ts';

/** Work that goes on over a change of state, until the transaction has ended; all other work ends with the state that asked for it. */
const lasting: ReadonlySet<Effect['do']> = new Set(['fetch', 'check']);

interface Happened {
  event: Event;
  /** Of the work or deadline that it came from: aborted once that was given up. */
  from: AbortSignal | undefined;
  /** The work that it came from; undefined where it came from outside. */
  effect: Effect['do'] | undefined;
}

export class TransactionRunner {
  readonly transaction: TransactionId;
  /** Resolves with the end; rejects when a step could not be made durable: nothing may go on then. */
  readonly ended: Promise<Ended>;
  readonly #ports: Ports;
  readonly #log: TransactionLog;
  readonly #memory: Memory = {};
  readonly #queue: Happened[] = [];
  readonly #lasting = new AbortController();
  readonly #settle = Promise.withResolvers<Ended>();
  readonly #onStep: ((state: State, event: Event) => void) | undefined;
  #state: State;
  #stage = new AbortController();
  #deadline = new AbortController();
  #pumping = false;

  constructor(
    transaction: TransactionId,
    ports: Ports,
    log: TransactionLog,
    options: { state?: State; onStep?: (state: State, event: Event) => void } = {},
  ) {
    this.transaction = transaction;
    this.#ports = ports;
    this.#log = log;
    this.#state = options.state ?? { at: 'idle' };
    this.#onStep = options.onStep;
    this.ended = this.#settle.promise;
  }

  get at(): State['at'] {
    return this.#state.at;
  }

  /**
   * Takes what happened: in order, each event after the step before it is durable. It is dropped if `from` is aborted by then.
   * `effect`: the work whose outcome it is.
   */
  dispatch(event: Event, from?: AbortSignal, effect?: Effect['do']): void {
    this.#queue.push({ event, from, effect });
    if (!this.#pumping) this.#pump().catch(error => this.#stop(error));
  }

  async #pump(): Promise<void> {
    this.#pumping = true;
    for (let item = this.#queue.shift(); item; item = this.#queue.shift())
      if (!item.from?.aborted) await this.#take(item);
    this.#pumping = false;
  }

  async #take({ event, effect }: Pick<Happened, 'event' | 'effect'>): Promise<void> {
    const { transaction } = this;
    const step = next(this.#state, event);
    if (!step) {
      this.#ports.log.info('event ignored', { transaction, at: this.#state.at, event: event.is });
      return;
    }
    try {
      await this.#log.step(transaction, event, step.state);
    } catch (error) {
      if (!isTransactionError(error)) throw error;
      await this.#refuse({ event, effect }, error);
      return;
    }
    const before = this.#state;
    this.#state = step.state;
    this.#onStep?.(step.state, event);
    if (event.is === 'restarted' || stageOf(before) !== stageOf(step.state)) this.#enter(step.state);
    if (isEnded(step.state)) this.#lasting.abort(new StageOver());
    void this.#run(step);
  }

  /** What cannot be recorded has not happened: the work that reported it has failed. */
  async #refuse(
    { event, effect }: Pick<Happened, 'event' | 'effect'>,
    error: TransactionError,
  ): Promise<void> {
    const { transaction } = this;
    const where = { transaction, at: this.#state.at, event: event.is };
    this.#ports.log.error('event not recorded', { ...where, ...failure(error), ...error.detail });
    if (effect === undefined || event.is === 'failed') return;
    await this.#take({ event: { is: 'failed', effect, code: error.code }, effect });
  }

  /** A new stage: what the last one asked for is given up, and the new one's time begins. */
  #enter(state: State): void {
    this.#stage.abort(new StageOver());
    this.#stage = new AbortController();
    this.#deadline.abort(new StageOver());
    this.#deadline = new AbortController();
    const waitMs = stateMs(state);
    if (waitMs === undefined) return;
    const { signal } = this.#deadline;
    this.#ports.clock.sleep(waitMs, signal).then(
      () => this.dispatch({ is: 'deadline' }, signal),
      () => undefined, // left in time
    );
  }

  /** Effects of one step, one after the other; the first that fails ends them. */
  async #run({ state, effects }: Step): Promise<void> {
    const stage = this.#stage.signal;
    for (const effect of effects) {
      const signal = lasting.has(effect.do) ? this.#lasting.signal : stage;
      const event = await this.#perform(effect, state, signal);
      if (signal.aborted) return;
      if (event) this.dispatch(event, signal, effect.do);
      if (event?.is === 'failed') return;
    }
    // only here: the last effect of an end has closed the gate
    if (isEnded(state)) this.#settle.resolve(state);
  }

  async #perform(effect: Effect, state: State, signal: AbortSignal): Promise<Event | undefined> {
    if (state.at === 'idle') return undefined; // it asks for nothing
    const { transaction } = this;
    const { waits } = state;
    const { clock } = this.#ports;
    const endMs = clock.now() + effectMs(effect.do, waits);
    const leftMs = () => Math.max(1, Math.floor(endMs - clock.now()));
    try {
      return await perform(effect, {
        ports: this.#ports,
        memory: this.#memory,
        ...{ transaction, waits, leftMs, signal },
      });
    } catch (error) {
      if (signal.aborted) return undefined;
      const code = codeOf(error);
      // a cause may quote what it was given: its name and code are enough
      this.#ports.log.warn('effect failed', { transaction, effect: effect.do, code, ...failure(error) });
      if (code === 'panel/declined') return undefined; // the panel's cancel is told as an event of its own
      return { is: 'failed', effect: effect.do, code };
    }
  }

  /** Gives up all work without an end: the agent is going down, and the journal brings the transaction back. */
  leave(): void {
    for (const controller of [this.#lasting, this.#stage, this.#deadline]) controller.abort(new StageOver());
  }

  #stop(error: unknown): void {
    this.leave();
    this.#settle.reject(error);
  }
}

/** Two states in one stage share their work and their deadline. */
function stageOf(state: State): string {
  if (state.at === 'pin') return `pin ${state.triesLeft} ${state.consent}`;
  if (state.at === 'pay') return `pay ${state.till}`;
  if (state.at === 'print') return `print ${state.job?.id ?? ''}`;
  return state.at;
}

/** The error's code, where it is one that the ledger takes. */
function codeOf(error: unknown): string {
  return isMadoguchiError(error) && failureCode.test(error.code) ? error.code : 'agent/internal';
}

/** Why work was given up: its transaction went on without it. */
class StageOver extends Error {
  constructor() {
    super('The transaction has left the state that asked for this.');
  }
}
