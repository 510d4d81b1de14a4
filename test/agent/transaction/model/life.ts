// One transaction from its card to its end, over as many lives of the process as it takes. The machine's effects are done in the
// model's world, and their outcomes are reported to the machine. In every turn chance, or a hostile party, may add an event.
import { isDeepStrictEqual } from 'node:util';
import type { Event } from '../../../../agent/transaction/event.ts';
import type { State } from '../../../../agent/transaction/state.ts';
import type { TransactionLog } from '../../../../agent/transaction/transaction-log.ts';
import { isMadoguchiError } from '../../../../drivers/base/error.ts';
import { ManualClock } from '../../../manual-clock.ts';
import { transaction, waits } from '../story.ts';
import { wrongsOfAsking } from './asking-rules.ts';
import { Chronicle, type Line } from './chronicle.ts';
import { wrongsOfEnding } from './ending-rules.ts';
import { effectNames, everyEvent } from './events.ts';
import type { Fate } from './fate.ts';
import { Cut, LastingJournal, Moments } from './journal.ts';
import type { Machine } from './machine.ts';
import { wrongsOfTurning } from './turning-rules.ts';
import { Violation } from './violation.ts';
import { Work } from './work.ts';
import { World } from './world.ts';
import { wrongsOfRest, wrongsOfWorld } from './world-rules.ts';

export type Hostile = 'outside' | 'late' | 'liar';

export interface Conditions {
  machine: Machine;
  fate: Fate;
  /** Moments at which the process dies, counted from 0 over all its lives. */
  cuts?: readonly number[];
  /**
   * Who may report events besides the world. `none`. `outside`: a cancel, a card, a lost gate, a failed effect, also twice: all that
   * the runner lets through. `late`: also outcomes of cancelled work, and of any effect, also twice. `liar`: any event.
   */
  hostile?: 'none' | Hostile;
}

/** Turns after which a transaction counts as one that never ends. */
const maxTurns = 400;

type Taken = 'person' | 'clock' | 'cancel' | 'gate' | 'failed' | 'again' | 'lie';

/** Turns that may be taken besides the expected ones. */
const thrownIn: Readonly<Record<Required<Conditions>['hostile'], readonly Taken[]>> = {
  none: [],
  outside: ['cancel', 'failed', 'again', 'person', 'gate'],
  late: ['cancel', 'failed', 'again', 'person', 'gate'],
  liar: ['lie', 'lie', 'lie'],
};

const fromOutside: readonly Event['is'][] = ['cardTaken', 'declined', 'gateLost'];

export class Life {
  readonly chronicle = new Chronicle();
  readonly world = new World();
  readonly moments: Moments;
  readonly #conditions: Required<Conditions>;
  readonly #journal: LastingJournal;
  /** Events that were reported before, or came too late: they may be reported again at any time. */
  readonly #pool: Event[] = [];
  #log!: TransactionLog;
  #state: State = { at: 'idle' };
  #works: Work[] = [];
  #turns = 0;

  constructor(conditions: Conditions) {
    this.#conditions = { cuts: [], hostile: 'none', ...conditions };
    this.moments = new Moments(this.#conditions.cuts);
    this.#journal = new LastingJournal(this.moments, line => this.#note(line));
  }

  /** Throws a Violation as soon as a rule is broken. */
  async live(): Promise<this> {
    for (let first = true; ; first = false)
      try {
        await this.#wake(first);
        while (this.#works.length > 0 || !this.#over) await this.#turn();
        break;
      } catch (error) {
        if (!(error instanceof Cut)) throw error;
        this.#die(error.message);
      }
    if (this.#conditions.hostile !== 'liar') this.#insist(wrongsOfRest(this.world, this.chronicle));
    return this;
  }

  get turns(): number {
    return this.#turns;
  }

  get #over(): boolean {
    return this.#state.at === 'idle' || this.#conditions.machine.isEnded(this.#state);
  }

  #die(where: string): void {
    this.#note({ cut: where });
    this.#works = [];
    this.#state = { at: 'idle' };
    if (this.#conditions.fate('gate at cut', ['stays', 'dies']) === 'dies') this.world.gate = undefined;
  }

  async #wake(first: boolean): Promise<void> {
    const { TransactionLog } = this.#conditions.machine;
    const clock = new ManualClock();
    this.#log = new TransactionLog(clock);
    const journal = this.#journal.open();
    const interrupted = this.#resume(journal);
    const recovered = { checkpoint: this.#log.checkpoint().body, entries: [] };
    const fromCheckpoint = new TransactionLog(clock).resume({ ...journal, recovered });
    if (!isDeepStrictEqual(fromCheckpoint, interrupted)) this.#insist(['the checkpoint holds another state']);
    if (first) return this.#report({ is: 'started', transaction, waits });
    if (!interrupted[0]) return; // nothing is open: it never began, or its end is on record
    this.#state = interrupted[0].state;
    await this.#report({ is: 'restarted' });
  }

  #resume(journal: ReturnType<LastingJournal['open']>): ReturnType<TransactionLog['resume']> {
    try {
      return this.#log.resume(journal);
    } catch (error) {
      if (!isMadoguchiError(error) || error.code !== 'journal/unreadable') throw error;
      throw new Violation(['the next start cannot read the journal'], this.chronicle);
    }
  }

  async #report(event: Event): Promise<void> {
    const { next } = this.#conditions.machine;
    const before = this.#state;
    const step = next(before, event);
    if (!step) {
      this.#note({ ignored: event, at: before.at });
      if (event.is !== 'failed') this.#insist(wrongsOfTurning(before.at, event, before.at));
      return;
    }
    await this.#log.step(transaction, event, step.state);
    this.#insist(wrongsOfTurning(before.at, event, step.state.at));
    this.#state = step.state;
    if (step.effects.length > 0 || before.at !== step.state.at) this.#giveUp();
    for (const effect of step.effects) {
      this.#insist(wrongsOfAsking(effect, this.chronicle));
      this.#note({ asked: effect });
    }
    const work = new Work(step.effects);
    this.#works.push(work);
    if (work.effect?.do === 'askCardBack' || work.effect?.do === 'askPatience') this.#do(work); // shown at once
    this.#works = this.#works.filter(({ effect }) => effect);
  }

  /** Work that the previous state asked for: its outcome comes too late, if at all. */
  #giveUp(): void {
    const over = this.#over;
    for (const work of this.#works) if ((over || !work.lasts) && work.answer) this.#pool.push(work.take());
    this.#works = over ? [] : this.#works.filter(work => work.lasts);
  }

  async #turn(): Promise<void> {
    if (++this.#turns > maxTurns) this.#insist(['it never ends']);
    const { fate, hostile, machine } = this.#conditions;
    const running = this.#works.filter(({ silent }) => !silent);
    const due = [
      ...running.map((_, place) => `work ${place}`),
      ...(this.world.card === 'in' && this.world.askedBack ? ['person'] : []),
      ...(machine.stateMs(this.#state) === undefined ? [] : ['clock']),
    ];
    const [first, ...others] = due;
    if (first === undefined) {
      this.#insist(['it waits for nothing']);
      return;
    }
    const turn = fate('turn', [first, ...others, ...thrownIn[hostile]]);
    if (turn.startsWith('work ')) await this.#advance(running[Number(turn.slice('work '.length))]!);
    else await this.#take[turn as Taken]();
  }

  readonly #take: Record<Taken, () => Promise<void>> = {
    person: () => {
      this.world.card = 'out';
      return this.#happen({ is: 'cardTaken' });
    },
    clock: () => this.#happen({ is: 'deadline' }),
    cancel: () => this.#happen({ is: 'declined' }),
    gate: () => {
      this.world.gate = undefined;
      return this.#happen({ is: 'gateLost' });
    },
    failed: async () => {
      const { fate, hostile } = this.#conditions;
      const underWay = this.#works.map(({ effect }) => effect!.do);
      const [first, ...others] = hostile === 'late' ? effectNames : underWay;
      if (first)
        await this.#report({
          is: 'failed',
          effect: fate('failing', [first, ...others]),
          code: 'agent/internal',
        });
    },
    again: () => {
      const late = this.#conditions.hostile === 'late';
      return this.#reportOneOf(
        'again',
        this.#pool.filter(({ is }) => late || fromOutside.includes(is)).reverse(),
      );
    },
    // only the process itself reports a restart, and it does not after an end that is on record
    lie: () =>
      this.#reportOneOf(
        'lie',
        everyEvent.filter(({ is }) => is !== 'restarted' || !this.#over),
      ),
  };

  async #advance(work: Work): Promise<void> {
    if (work.answer) await this.#happen(work.take());
    else this.#do(work);
    this.#works = this.#works.filter(({ effect }) => effect);
  }

  #do(work: Work): void {
    const name = work.effect!.do;
    this.moments.pass(`before ${name} is done`);
    this.#note({ did: `${name} ${work.do(this.world, this.#conditions.fate)}` });
    if (this.#conditions.hostile !== 'liar') this.#insist(wrongsOfWorld(this.world));
    this.moments.pass(`after ${name} was done`);
  }

  async #happen(event: Event): Promise<void> {
    this.#pool.push(event);
    await this.#report(event);
  }

  async #reportOneOf(topic: string, events: readonly Event[]): Promise<void> {
    const [first, ...others] = Object.keys(events);
    if (first !== undefined)
      await this.#report(events[Number(this.#conditions.fate(topic, [first, ...others]))]!);
  }

  #note(line: Line): void {
    this.chronicle.lines.push(line);
    if ('ended' in line) this.#insist(wrongsOfEnding(line.ended, this.chronicle));
  }

  #insist(wrongs: readonly string[]): void {
    if (wrongs.length > 0) throw new Violation(wrongs, this.chronicle);
  }
}
