// The drain's machine between models of journal, network and hub. Each loss, repetition, delay, restart or restore is one small
// event, which the player chooses.
import {
  type DrainEffect,
  type DrainEvent,
  type DrainState,
  drainFrom,
  next,
} from '../../../agent/ledger/drain-machine.ts';

const window = 3;
const recordsInBatch = 3;

interface Batch {
  session: number;
  from: number;
  records: number[];
}

interface Word {
  session: number;
  upto: number;
  generation: number;
}

/** The rules that each side keeps; a mutant breaks one. */
export interface Rules {
  next: typeof next;
  /** Whether the hub takes a batch whose first record is number `from`, when it has `upto` records. */
  fits(from: number, upto: number): boolean;
  /** Which of a batch's records are new to a hub that has `upto`. */
  isNew(record: number, upto: number): boolean;
  /** Whether the hub commits before it acknowledges. */
  commitsFirst: boolean;
  /** Whether an acknowledgement of this generation may move a cursor of that one. */
  takesGeneration(word: number, cursor: number): boolean;
}

export const rightRules: Rules = {
  next,
  fits: (from, upto) => from <= upto + 1,
  isNew: (record, upto) => record > upto,
  commitsFirst: true,
  takesGeneration: (word, cursor) => word >= cursor,
};

export const moves = [
  'append',
  'send',
  'batchArrives',
  'batchLost',
  'batchTwice',
  'batchOut',
  'wordArrives',
  'wordLost',
  'wordTwice',
  'timePasses',
  'offline',
  'online',
  'agentRestarts',
  'hubRestarts',
  'backup',
  'restore',
] as const;
export type Move = readonly [(typeof moves)[number], place: number];

export class DrainModel {
  readonly #rules: Rules;
  /** A hub that is restored needs acknowledged records. Else they are removed at once, and reading them is refused. */
  readonly #keeps: boolean;
  #last = 0;
  #cursor = { seq: 0, generation: 1 };
  /** The cursor that a restarted agent finds: its record becomes durable later. */
  #durableCursor = { seq: 0, generation: 1 };
  #state: DrainState = drainFrom(0, 0);
  #session = 1;
  #timer: 'silence' | 'idle' | undefined;
  #sends: { round: number; after: number }[] = [];
  #batches: Batch[] = [];
  /** Rounds of the batches that the broker has not answered. */
  #leaving: number[] = [];
  #words: Word[] = [];
  /** The hub's database, what it has in memory only, and its backup. */
  ledger: number[] = [];
  #uncommitted: number[] = [];
  #backup: number[] = [];
  #generation = 1;

  readonly #moves: Record<Move[0], (place: number) => void> = {
    append: () => this.#feed({ is: 'appended', last: ++this.#last }),
    send: () => this.#send(),
    batchArrives: place => this.#hubTakes(taken(this.#batches, place)),
    batchLost: place => void taken(this.#batches, place),
    batchTwice: place => this.#hubTakes(this.#batches[place % this.#batches.length]),
    batchOut: () => this.#leaves(),
    wordArrives: place => this.#agentTakes(taken(this.#words, place)),
    wordLost: place => void taken(this.#words, place),
    wordTwice: place => this.#agentTakes(this.#words[place % this.#words.length]),
    timePasses: () => this.#timePasses(),
    offline: () => this.#feed({ is: 'offline' }),
    online: () => this.#feed({ is: 'online' }),
    agentRestarts: () => this.#restart(),
    hubRestarts: () => {
      this.#uncommitted = [];
    },
    backup: () => {
      this.#backup = [...this.ledger];
    },
    restore: () => {
      this.ledger = [...this.#backup];
      this.#uncommitted = [];
      this.#generation++;
    },
  };

  constructor(rules: Rules, keeps: boolean) {
    this.#rules = rules;
    this.#keeps = keeps;
  }

  get appended(): number {
    return this.#last;
  }

  play([move, place]: Move): void {
    this.#moves[move](place);
  }

  /** From now on everything works. False where the drain stops, or never stops, before all is acknowledged. */
  settles(): boolean {
    if (!this.#state.online) this.play(['online', 0]);
    // once to connect, and once more for a hub that was restored since its last acknowledgement
    for (let rests = 0, turns = 0; rests < 3 && turns < 1000; turns++) {
      if (this.#sends.length > 0) this.play(['send', 0]);
      else if (this.#leaving.length > 0) this.#leaves();
      else if (this.#batches.length > 0) this.play(['batchArrives', 0]);
      else if (this.#words.length > 0) this.play(['wordArrives', 0]);
      else if (this.#timer === undefined) return false;
      else {
        if (this.#timer === 'idle') rests++;
        this.#timePasses();
      }
    }
    return this.#cursor.seq === this.#last && this.ledger.length >= this.#last;
  }

  #feed(event: DrainEvent): void {
    const [state, effects] = this.#rules.next(this.#state, event, window);
    this.#state = state;
    // else it would report that all is drained while it is not
    if (state.acknowledged > this.#cursor.seq) throw new Error('more is acknowledged than the hub has said');
    for (const effect of effects) this.#run(effect);
  }

  #run(effect: DrainEffect): void {
    if (effect.do === 'send') {
      if (effect.after < this.#cursor.seq) throw new Error(`${effect.after} may have been given up`);
      this.#sends.push(effect);
    } else if (effect.do === 'wait') this.#timer = 'silence';
    else if (effect.do === 'hold') this.#timer = undefined;
    else this.#timer = this.#state.online ? 'idle' : undefined;
  }

  #timePasses(): void {
    const due = this.#timer;
    this.#timer = undefined;
    if (due) this.#feed({ is: due });
  }

  #send(): void {
    const send = this.#sends.shift();
    if (!send || send.round !== this.#state.round) return;
    const { round, after } = send;
    const overtaken = !this.#keeps && after < this.#durableCursor.seq;
    if (overtaken) this.#feed({ is: 'notSent', round });
    else this.#publish(round, after);
  }

  #publish(round: number, after: number): void {
    const upto = Math.min(this.#last, after + recordsInBatch);
    const records = Array.from({ length: upto - after }, (_, i) => after + 1 + i);
    if (this.#state.online) this.#batches.push({ session: this.#session, from: after + 1, records });
    this.#feed({ is: 'sent', round, upto });
    this.#leaving.push(round);
  }

  #leaves(): void {
    const round = this.#leaving.shift();
    if (round !== undefined) this.#feed({ is: 'out', round });
  }

  #hubTakes(batch: Batch | undefined): void {
    if (!batch) return;
    const held = [...this.ledger, ...this.#uncommitted];
    const upto = held.length;
    if (this.#rules.fits(batch.from, upto))
      this.#uncommitted.push(...batch.records.filter(record => this.#rules.isNew(record, upto)));
    const word = { session: batch.session, generation: this.#generation };
    if (this.#rules.commitsFirst || batch.records.length === 0) {
      this.ledger.push(...this.#uncommitted);
      this.#uncommitted = [];
    }
    this.#words.push({ ...word, upto: this.ledger.length + this.#uncommitted.length });
  }

  #agentTakes(word: Word | undefined): void {
    if (!word || word.session !== this.#session) return;
    const { seq, generation } = this.#cursor;
    if (!this.#rules.takesGeneration(word.generation, generation)) return;
    if (word.upto > this.#last) throw new Error('journal/rolledBack');
    if (word.generation > generation || word.upto > seq) {
      this.#durableCursor = this.#cursor;
      this.#cursor = { seq: word.upto, generation: Math.max(generation, word.generation) };
    }
    if (this.#cursor.generation === this.#generation && this.#cursor.seq > this.ledger.length)
      throw new Error('more is acknowledged than the ledger has');
    const isBehind = word.generation === generation && word.upto < seq;
    this.#feed(isBehind ? { is: 'behind' } : { is: 'acknowledged', seq: this.#cursor.seq });
  }

  #restart(): void {
    this.#cursor = this.#durableCursor;
    this.#session++;
    this.#sends = [];
    this.#leaving = [];
    this.#timer = undefined;
    this.#state = drainFrom(this.#cursor.seq, this.#last);
    this.#feed({ is: 'online' });
  }
}

function taken<T>(list: T[], place: number): T | undefined {
  return list.splice(place % list.length, 1)[0];
}
