// Brings a log to the hub: sends signed batches from the cursor, moves the cursor on the hub's signed word only.
import { randomBytes } from 'node:crypto';
import { type BackOff, jitteredMs } from '../../drivers/base/back-off.ts';
import type { Clock } from '../../drivers/base/clock.ts';
import type { Journal } from '../journal/journal.ts';
import { isJournalError, type JournalError } from '../journal/journal-error.ts';
import type { Link } from '../link/link.ts';
import { isLinkError } from '../link/link-error.ts';
import type { CoseKey, KeyPair } from '../protocol/cose-key.ts';
import { isProtocolError } from '../protocol/error.ts';
import { type Acknowledgement, readAcknowledgement } from '../protocol/ledger.ts';
import { topicsOf } from '../protocol/topics.ts';
import { batchOf, recordsInBatch } from './batch.ts';
import {
  type DrainEffect,
  type DrainEvent,
  type DrainState,
  drainFrom,
  isHubBehind,
  next,
} from './drain-machine.ts';
import { type DrainedLog, ledgerLog } from './drained-log.ts';

/**
 * How the hub's ledger stands to this journal. `unconfirmed`: since the start the hub has not named a cursor that was found.
 * `agreed`: the last one was found, so neither was cut, rolled back or cloned. `hubBehind`: it lacks what it has acknowledged,
 * in the same generation; it agrees again when its operator has restored it.
 */
export type Standing = 'unconfirmed' | 'agreed' | 'hubBehind';

export interface DrainOptions {
  /** Default: the ledger log. */
  log?: DrainedLog;
  journal: Journal;
  /** Resolves when this log may send: asked before each batch. */
  turn?: () => Promise<unknown>;
  link: Link;
  terminal: string;
  epoch: number;
  agentKey: KeyPair;
  hubKey: () => CoseKey;
  clock: Clock;
  /** In [0, 1). Default Math.random. */
  random?: () => number;
  /** Most batches in flight [1..16]. Default 4. */
  window?: number;
  /** How long to wait for an acknowledgement, in ms, before sending from the cursor again. Default 5000. */
  answerMs?: number;
  /** Added to `answerMs` after each silence, with full jitter. Default 500 ms to 60 s. */
  backOff?: BackOff;
  /** After how long without anything to send the hub is asked for its cursor, in ms: half of it and up to as much more. Default 10 min. */
  idleMs?: number;
  /** The hub and the journal disagree, or the journal cannot be read: the drain has stopped for good. Never silent. */
  onAlarm: (alarm: JournalError) => void;
  /** It is `unconfirmed` at first; told as it changes. */
  onStanding?: (standing: Standing) => void;
  /** Records that the hub took as refused: kept there, never sent again. */
  onRefused?: (refused: Acknowledgement['refused']) => void;
}

export interface Drain {
  readonly state: DrainState;
  /**
   * Acknowledgements that were not used: not the hub's; of an earlier run, another enrolment or a hub that was restored
   * since; not taken by the disk.
   */
  readonly dropped: { forged: number; outdated: number; unwritten: number };
  /** Resolves when the hub has every durable record; rejects with the alarm where one was raised. */
  drained(): Promise<void>;
  /** Resolves when nothing more gets through: the hub has every durable record, lacks what it acknowledged, or an alarm was raised. */
  settled(): Promise<void>;
  /** Takes no more from the link; what was acknowledged is durable when it resolves. */
  close(): Promise<void>;
}

/** Drains at once where the link stands, and on each append. */
export function startDrain(options: DrainOptions): Drain {
  const drain = new LogDrain(options);
  drain.start();
  return drain;
}

class LogDrain implements Drain {
  state: DrainState;
  readonly dropped = { forged: 0, outdated: 0, unwritten: 0 };
  #options: DrainOptions;
  #log: DrainedLog;
  #topic: string;
  #acknowledgements: string;
  /** An acknowledgement of an earlier run, which anybody may have kept, says nothing of this one. */
  #session = randomBytes(16);
  #stops: (() => void)[] = [];
  #waiting = new AbortController();
  /** Acknowledgements are taken one after the other. */
  #taking: Promise<void> = Promise.resolve();
  #alarm: { error: JournalError } | undefined;
  #standing: Standing = 'unconfirmed';
  #watchers = new Set<() => void>();

  constructor(options: DrainOptions) {
    this.#options = options;
    this.#log = options.log ?? ledgerLog;
    const topics = topicsOf(options.terminal);
    this.#topic = topics[this.#log.batches];
    this.#acknowledgements = topics[this.#log.acknowledgements];
    this.state = drainFrom(options.journal.acknowledged.seq, options.journal.last.seq);
  }

  start(): void {
    const { journal, link } = this.#options;
    this.#stops.push(
      journal.onAppend(({ seq }) => this.#handle({ is: 'appended', last: seq })),
      link.onOnline(online => this.#handle({ is: online ? 'online' : 'offline' })),
      link.listen(this.#acknowledgements, payload => {
        this.#taking = this.#taking.then(() => this.#take(payload));
      }),
    );
    if (link.online && !this.state.online) this.#handle({ is: 'online' });
  }

  async close(): Promise<void> {
    for (const stop of this.#stops) stop();
    this.#stops = [];
    this.#handle({ is: 'offline' });
    await this.#taking;
  }

  async drained(): Promise<void> {
    await this.#until(() => this.#alarm !== undefined || this.#hasAll);
    if (this.#alarm) throw this.#alarm.error;
  }

  settled(): Promise<void> {
    return this.#until(() => this.#alarm !== undefined || isHubBehind(this.state) || this.#hasAll);
  }

  get #hasAll(): boolean {
    return this.state.acknowledged === this.state.last;
  }

  #until(isSo: () => boolean): Promise<void> {
    return new Promise(resolve => {
      const look = () => {
        if (!isSo()) return;
        this.#watchers.delete(look);
        resolve();
      };
      this.#watchers.add(look);
      look();
    });
  }

  #handle(event: DrainEvent): void {
    const [state, effects] = next(this.state, event, this.#options.window ?? 4);
    this.state = state;
    if (isHubBehind(state)) this.#stands('hubBehind');
    for (const effect of effects) this.#run(effect);
    for (const look of this.#watchers) look();
  }

  #stands(standing: Standing): void {
    if (standing === this.#standing) return;
    this.#standing = standing;
    this.#options.onStanding?.(standing);
  }

  #run(effect: DrainEffect): void {
    switch (effect.do) {
      case 'send':
        void this.#send(effect.round, effect.after);
        break;
      case 'wait':
        this.#wait(effect.silent);
        break;
      case 'rest':
        this.#rest();
        break;
    }
  }

  async #send(round: number, sent: number): Promise<void> {
    const { journal, link, terminal, epoch, agentKey, turn } = this.#options;
    await turn?.();
    if (round !== this.state.round) return;
    const { oldest } = journal;
    const after = this.#log.mayDrop ? Math.max(sent, oldest - 1) : sent;
    try {
      const records = batchOf(await journal.read(after, { limit: recordsInBatch }));
      if (round !== this.state.round) return;
      const batch = { terminal, epoch, session: this.#session, from: after + 1, records };
      const published = link.publish(this.#topic, this.#log.sign(batch, oldest, this.#topic, agentKey));
      // not awaited first: PUBACK proves nothing of the hub, and the window bounds what is under way
      this.#handle({ is: 'sent', round, upto: after + records.length });
      await published;
    } catch (error) {
      const gone = isRecycled(error) && (this.#log.mayDrop || after < journal.acknowledged.seq);
      if (isLinkError(error) || isDiskTrouble(error) || gone) this.#handle({ is: 'notSent', round });
      else this.#raise(error);
    }
  }

  #wait(silent: number): void {
    const {
      random = Math.random,
      answerMs = 5000,
      backOff = { initialMs: 500, maxMs: 60_000 },
    } = this.#options;
    this.#after(answerMs + jitteredMs(backOff, silent, random), { is: 'silence' });
  }

  #rest(): void {
    const { random = Math.random, idleMs = 600_000 } = this.#options;
    if (this.state.online && !this.state.halted) this.#after(idleMs * (0.5 + random()), { is: 'idle' });
    else this.#waiting.abort();
  }

  /** Tells `event` unless something else is waited for by then. */
  #after(ms: number, event: DrainEvent): void {
    this.#waiting.abort();
    this.#waiting = new AbortController();
    this.#options.clock.sleep(ms, this.#waiting.signal).then(
      () => this.#handle(event),
      () => undefined, // something came
    );
  }

  async #take(payload: Buffer): Promise<void> {
    const { journal, terminal, epoch, hubKey, onRefused } = this.#options;
    try {
      const word = readAcknowledgement(payload, this.#acknowledgements, hubKey());
      if (word.terminal !== terminal || word.epoch !== epoch || !word.session.equals(this.#session)) {
        this.dropped.outdated++;
        return;
      }
      const found = await journal.acknowledge({ seq: word.upto, tag: word.tag, generation: word.generation });
      if (word.refused.length > 0) onRefused?.(word.refused);
      const { seq } = journal.acknowledged;
      this.#handle(!found && word.upto < seq ? { is: 'behind' } : { is: 'acknowledged', seq });
      if (found) this.#stands('agreed');
    } catch (error) {
      if (isProtocolError(error)) this.dropped.forged++;
      else if (isJournalError(error) && error.code === 'journal/oldGeneration') this.dropped.outdated++;
      else if (isDiskTrouble(error) || (this.#log.mayDrop && isRecycled(error)))
        this.dropped.unwritten++; // asked for again after the wait that runs
      else this.#raise(error);
    }
  }

  #raise(error: unknown): void {
    if (!isJournalError(error)) throw error;
    this.#alarm = { error };
    this.#handle({ is: 'disagreement' });
    this.#options.onAlarm(error);
  }
}

/** What was to be sent once more is gone: where it was acknowledged meanwhile, or may be dropped, that is no alarm. */
const isRecycled = (error: unknown): boolean => isJournalError(error) && error.code === 'journal/recycled';

/** A disk that takes nothing now may take it later: no word on what the journal holds. */
const isDiskTrouble = (error: unknown): boolean =>
  isJournalError(error) && (error.code === 'journal/full' || error.code === 'journal/io');
