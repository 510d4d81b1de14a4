// Runs one transaction. Takes events one by one, and writes each step to the journal BEFORE the step's effects run. Performs the
// effects, and makes the next event of their outcome. Keeps each state's deadline by the monotonic clock.
import { isMadoguchiError, type MadoguchiError } from '../../drivers/base/error.ts';
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

/** Work that goes on over a change of state, until the transaction ends. All other work ends with the state that asked for it. */
const lasting: ReadonlySet<Effect['do']> = new Set(['fetch', 'check']);

interface Happened {
  event: Event;
  /** Signal of the work or deadline that the event came from. Aborted when that was cancelled. */
  from: AbortSignal | undefined;
  /** The work that the event came from. Undefined where it came from outside. */
  effect: Effect['do'] | undefined;
}

export class TransactionRunner {
  readonly transaction: TransactionId;
  /** Resolves with the end. Rejects when a step could not be made durable: then nothing may go on. */
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
   * Takes an event. Events are taken in order, each after the previous step is durable. An event whose `from` is aborted by then
   * is dropped. `effect`: the work whose outcome the event is.
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

  /** An event that cannot be recorded counts as not happened: the work that reported it has failed. */
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

  /** Enters a new stage: cancels the work of the previous one, and starts the new deadline. */
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
      () => undefined, // the stage was left before its deadline
    );
  }

  /** Performs the effects of one step, one after the other. The first failure ends them. */
  async #run({ state, effects }: Step): Promise<void> {
    const stage = this.#stage.signal;
    for (const effect of effects) {
      const signal = lasting.has(effect.do) ? this.#lasting.signal : stage;
      const event = await this.#perform(effect, state, signal);
      if (signal.aborted) return;
      if (event) this.dispatch(event, signal, effect.do);
      if (event?.is === 'failed') return;
    }
    // only here, because the last effect of an end closes the gate
    if (isEnded(state)) this.#settle.resolve(state);
  }

  async #perform(effect: Effect, state: State, signal: AbortSignal): Promise<Event | undefined> {
    if (state.at === 'idle') return undefined; // this state has no effects
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
      // a cause may quote personal input: log its name and code only
      const why = { transaction, effect: effect.do, code, ...failure(error) };
      this.#ports.log.warn('effect failed', { ...reasonOf(error), ...why });
      if (code === 'panel/declined') return undefined; // the panel reports a cancel as an event of its own
      return { is: 'failed', effect: effect.do, code };
    }
  }

  /** Cancels all work without ending the transaction. Called when the agent stops: the next start resumes it from the journal. */
  leave(): void {
    for (const controller of [this.#lasting, this.#stage, this.#deadline]) controller.abort(new StageOver());
  }

  #stop(error: unknown): void {
    this.leave();
    this.#settle.reject(error);
  }
}

/** Name of a state's stage. States of one stage share their work and their deadline. */
function stageOf(state: State): string {
  if (state.at === 'pin') return `pin ${state.triesLeft} ${state.consent}`;
  if (state.at === 'pay') return `pay ${state.till}`;
  if (state.at === 'print') return `print ${state.job?.id ?? ''}`;
  return state.at;
}

/** The error's code, where the ledger takes it; otherwise `agent/internal`. */
function codeOf(error: unknown): string {
  return isMadoguchiError(error) && failureCode.test(error.code) ? error.code : 'agent/internal';
}

/** What the gate says of its refusal: names of fields and rules. Details of other rooms are not logged: a card's may name its holder. */
const reasonOf = (error: unknown): MadoguchiError['detail'] =>
  isMadoguchiError(error) && error.code.startsWith('gate/') ? error.detail : {};

/** Reason of cancelled work: its transaction left the stage. */
class StageOver extends Error {
  constructor() {
    super('The transaction has left the state that asked for this.');
  }
}
