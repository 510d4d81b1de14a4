// Brings a log to the hub: sends signed batches from the cursor, and moves the cursor only on the hub's signed acknowledgement.
import type { Journal } from '../journal/journal.ts';
import { isDiskTrouble, isJournalError, isRecycled, type JournalError } from '../journal/journal-error.ts';
import { isLinkError } from '../link/link-error.ts';
import type { Link } from '../link/link-options.ts';
import type { Unused } from '../link/unused.ts';
import type { Contract } from '../protocol/contract.ts';
import type { CoseKey, KeyPair } from '../protocol/cose-key.ts';
import type { Acknowledgement } from '../protocol/ledger.ts';
import { Acknowledgements } from './acknowledgements.ts';
import { batchOf, limitFor } from './batch.ts';
import {
  type DrainEffect,
  type DrainEvent,
  type DrainState,
  drainFrom,
  isHubBehind,
  next,
} from './drain-machine.ts';
import { DrainTimer, type DrainTimerOptions } from './drain-timer.ts';
import { type DrainedLog, ledgerLog } from './drained-log.ts';
import type { Standing } from './ledger-status.ts';

export interface DrainOptions extends DrainTimerOptions {
  /** Default: the ledger log. */
  log?: DrainedLog;
  journal: Journal;
  /** Resolves when this log may send: asked before each batch. */
  turn?: () => Promise<unknown>;
  link: Link;
  terminal: string;
  epoch: number;
  /** What is spoken. Default: what this software speaks. */
  contract?: Contract | undefined;
  agentKey: KeyPair;
  hubKey: () => CoseKey;
  /** Max batches in flight [1..16]. Default 4. */
  window?: number;
  /** The hub and the journal disagree, or the journal cannot be read: the drain has stopped for good. */
  onAlarm: (alarm: JournalError) => void;
  /** Called at each change; the standing is `unconfirmed` at first. */
  onStanding?: (standing: Standing) => void;
  /** Records that the hub took as refused, in order, each once: it keeps them, and they are never sent again. */
  onRefused?: (refused: Acknowledgement['refused']) => void;
  /** Called for each acknowledgement that is not used. */
  onUnused?: (unused: Unused) => void;
}

export interface Drain {
  readonly state: DrainState;
  /** Resolves when the hub has every durable record; rejects with the alarm where one was raised. */
  drained(): Promise<void>;
  /** Resolves when nothing more gets through: the hub has every durable record, lacks what it acknowledged, or an alarm was raised. */
  settled(): Promise<void>;
  /** Takes no more from the link; what was acknowledged is durable when it resolves. */
  close(): Promise<void>;
}

/** Drains at once where the link is up, and on each append. */
export function startDrain(options: DrainOptions): Drain {
  const drain = new LogDrain(options);
  drain.start();
  return drain;
}

class LogDrain implements Drain {
  state: DrainState;
  readonly #options: DrainOptions;
  readonly #log: DrainedLog;
  readonly #acknowledgements: Acknowledgements;
  readonly #timer: DrainTimer;
  readonly #watchers = new Set<() => void>();
  #stops: (() => void)[] = [];
  /** Acknowledgements are taken one after the other. */
  #taking: Promise<void> = Promise.resolve();
  #alarm: { error: JournalError } | undefined;
  #standing: Standing = 'unconfirmed';

  constructor(options: DrainOptions) {
    const { journal, onRefused } = options;
    this.#options = options;
    this.#log = options.log ?? ledgerLog;
    this.#acknowledgements = new Acknowledgements({
      ...options,
      mayDrop: this.#log.mayDrop,
      onRefused,
    });
    this.#timer = new DrainTimer(options, event => {
      if (event.is === 'silence') this.#acknowledgements.renew();
      this.#handle(event);
    });
    this.state = drainFrom(journal.acknowledged.seq, journal.last.seq);
  }

  start(): void {
    const { journal, link } = this.#options;
    this.#stops.push(
      journal.onAppend(({ seq }) => this.#handle({ is: 'appended', last: seq })),
      link.onOnline(online => {
        if (online !== this.state.online) this.#handle({ is: online ? 'online' : 'offline' });
      }),
      // the hub has dropped what was sent in the version that it does not speak
      link.onVersion(() => {
        if (this.state.online) this.#handle({ is: 'online' });
      }),
      link.listen(this.#log.acknowledgements, (payload, topic) => {
        this.#taking = this.#taking.then(() => this.#take(payload, topic));
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
        this.#timer.forAnswer(effect.silent);
        break;
      case 'hold':
        this.#timer.stop();
        break;
      case 'rest':
        if (this.state.online && !this.state.halted) this.#timer.untilIdle();
        else this.#timer.stop();
        break;
    }
  }

  async #send(round: number, sent: number): Promise<void> {
    const { journal, link, turn } = this.#options;
    await turn?.();
    if (round !== this.state.round) return;
    let handed = false;
    let upto = sent;
    try {
      const message = await link.carry(this.#log.batches, async (maxBytes, topic) => {
        if (round !== this.state.round) return undefined;
        const batch = await this.#batch(sent, maxBytes, topic);
        upto = batch.upto;
        return round === this.state.round ? batch.message : undefined;
      });
      if (!message) return;
      handed = true;
      this.#handle({ is: 'sent', round, upto });
      await message.published;
      this.#handle({ is: 'out', round });
    } catch (error) {
      const gone = isRecycled(error) && (this.#log.mayDrop || sent < journal.acknowledged.seq);
      if (!isLinkError(error) && !isDiskTrouble(error) && !gone) return this.#raise(error);
      this.#handle({ is: handed ? 'out' : 'notSent', round });
    }
  }

  /** The records after number `sent`, as many as fit, and the number of the last one. */
  async #batch(sent: number, maxBytes: number, topic: string): Promise<{ message: Buffer; upto: number }> {
    const { journal, terminal, epoch, agentKey, contract } = this.#options;
    const { oldest } = journal;
    const after = this.#log.mayDrop ? Math.max(sent, oldest - 1) : sent;
    const records = batchOf(await journal.read(after, { limit: limitFor(maxBytes) }), maxBytes);
    const batch = { terminal, epoch, session: this.#acknowledgements.session, from: after + 1, records };
    const message = this.#log.sign(batch, oldest, topic, agentKey, contract);
    return { message, upto: after + records.length };
  }

  async #take(payload: Buffer, topic: string): Promise<void> {
    try {
      const taken = await this.#acknowledgements.take(payload, topic);
      if (!taken) return;
      this.#handle(taken.event);
      if (taken.found) this.#stands('agreed');
    } catch (error) {
      this.#raise(error);
    }
  }

  #raise(error: unknown): void {
    if (!isJournalError(error)) throw error;
    this.#alarm = { error };
    this.#handle({ is: 'disagreement' });
    this.#options.onAlarm(error);
  }
}
