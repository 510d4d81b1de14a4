// The agent's link to the hub: keeps one connection, tells when it goes and comes, asks questions, carries the ledger.
import { randomBytes } from 'node:crypto';
import { type BackOff, jitteredMs } from '../../drivers/base/back-off.ts';
import type { Clock } from '../../drivers/base/clock.ts';
import type { CoseKey, KeyPair } from '../protocol/cose-key.ts';
import type { Answer, Question } from '../protocol/exchange.ts';
import { type Presence, signPresence } from '../protocol/presence.ts';
import { topicsOf } from '../protocol/topics.ts';
import { type Connection, openConnection, type TlsCredentials } from './connection.ts';
import { LinkError } from './link-error.ts';
import { type AskOptions, type Dropped, Questions } from './questions.ts';

export interface LinkOptions {
  /** mqtts://host:port of the broker. */
  url: string;
  tls?: TlsCredentials;
  terminal: string;
  epoch: number;
  /** Version of the agent, for the birth message. */
  software: string;
  /** The terminal serves nobody: the birth message says why. */
  stopped?: NonNullable<Presence['stopped']>;
  agentKey: KeyPair;
  /** The hub's key as of now: asked for each message, so that a new key set counts at once. */
  hubKey: () => CoseKey;
  clock: Clock;
  /** In [0, 1). Default Math.random. */
  random?: () => number;
  /** Default 500 ms to 60 s. */
  backOff?: BackOff;
  /** Default 10 s. */
  connectTimeoutMs?: number;
  /** Seconds between signs of life. Default 30. */
  keepaliveS?: number;
  /** Hears why a connection could not be made. */
  onFailure?: (error: LinkError) => void;
}

export interface Link {
  readonly online: boolean;
  /** Answers that were not used. */
  readonly dropped: Readonly<Dropped>;
  /**
   * The hub's answer; a refusal is an answer too.
   * Errors: link/offline (at once, nothing is queued), link/timeout, link/refused, link/busy, link/canceled, link/closed.
   */
  ask(question: Question, options: AskOptions): Promise<Answer>;
  /** Resolves when the broker has it. Errors: link/offline, link/refused. */
  publish(topic: string, payload: Buffer): Promise<void>;
  /** Hears every message on a topic of ours, on this connection and the next ones. Returns what stops it. */
  listen(topic: string, listener: (payload: Buffer) => void): () => void;
  /** Hears each change. Returns what stops it. */
  onOnline(listener: (online: boolean) => void): () => void;
  /** Says good-bye, ends open questions with link/closed. Safe to call twice. */
  close(): Promise<void>;
}

/** Gives the link at once, offline until the first connection stands. */
export const openLink = (options: LinkOptions): Link => new MqttLink(options);

class MqttLink implements Link {
  #options: LinkOptions;
  #connection: Connection | undefined;
  #questions: Questions;
  #topics: ReturnType<typeof topicsOf>;
  #listeners = new Map<string, Set<(payload: Buffer) => void>>();
  #watchers = new Set<(online: boolean) => void>();
  #session: Buffer = Buffer.alloc(16);
  #stop = new AbortController();
  #running: Promise<void>;

  constructor(options: LinkOptions) {
    this.#options = options;
    this.#topics = topicsOf(options.terminal);
    this.#questions = new Questions({
      ...options,
      topics: this.#topics,
      publish: (topic, payload) => this.publish(topic, payload),
    });
    this.#listeners.set(this.#topics.reply, new Set([payload => this.#questions.take(payload)]));
    this.#running = this.#run();
  }

  get online(): boolean {
    return this.#connection !== undefined;
  }

  get dropped(): Dropped {
    return this.#questions.dropped;
  }

  async ask(question: Question, options: AskOptions): Promise<Answer> {
    if (this.#stop.signal.aborted) throw new LinkError('link/closed');
    if (!this.#connection) throw new LinkError('link/offline');
    return this.#questions.ask(question, options);
  }

  async publish(topic: string, payload: Buffer): Promise<void> {
    if (!this.#connection) throw new LinkError('link/offline');
    await this.#connection.publish(topic, payload);
  }

  listen(topic: string, listener: (payload: Buffer) => void): () => void {
    const those = this.#listeners.get(topic) ?? new Set();
    const isNew = those.size === 0;
    this.#listeners.set(topic, those.add(listener));
    if (isNew) this.#subscribeLate(topic);
    return () => those.delete(listener);
  }

  onOnline(listener: (online: boolean) => void): () => void {
    this.#watchers.add(listener);
    return () => this.#watchers.delete(listener);
  }

  async close(): Promise<void> {
    if (!this.#stop.signal.aborted) {
      this.#questions.close();
      this.#stop.abort();
      if (this.#connection) await this.#sayOffline(this.#connection);
    }
    await this.#running;
  }

  async #run(): Promise<void> {
    const {
      clock,
      random = Math.random,
      backOff = { initialMs: 500, maxMs: 60_000 },
      onFailure,
    } = this.#options;
    const { signal } = this.#stop;
    for (let attempt = 0; !signal.aborted; attempt++) {
      try {
        await this.#live(() => {
          attempt = 0;
        });
      } catch (error) {
        if (!(error instanceof LinkError)) throw error;
        onFailure?.(error);
      }
      // closed while waiting: the loop ends
      await clock.sleep(jitteredMs(backOff, attempt, random), signal).catch(() => undefined);
    }
  }

  /** One connection's life: subscribe first, then the birth, so that no answer is missed by who speaks up early. */
  async #live(stood: () => void): Promise<void> {
    const { url, tls, terminal, connectTimeoutMs = 10_000, keepaliveS = 30 } = this.#options;
    const { signal } = this.#stop;
    const session = randomBytes(16);
    const connection = await openConnection({
      url,
      ...(tls && { tls }),
      clientId: terminal,
      will: { topic: this.#topics.presence, payload: this.#presence(session, false) },
      connectTimeoutMs,
      keepaliveS,
      signal,
      onMessage: (topic, payload) => {
        for (const listener of this.#listeners.get(topic) ?? []) listener(payload);
      },
    });
    try {
      const heard = new Set<string>();
      await this.#subscribeAll(connection, heard);
      await connection.publish(this.#topics.presence, this.#presence(session, true), true);
      if (signal.aborted) return;
      stood();
      this.#session = session;
      this.#connection = connection; // who begins to listen from now on is subscribed late
      await this.#subscribeAll(connection, heard); // and who did while the birth was on its way, now: or they stay deaf
      this.#tell(true);
      await connection.over;
    } finally {
      connection.cut();
      const was = this.#connection !== undefined;
      this.#connection = undefined;
      this.#questions.offline();
      if (was) this.#tell(false);
    }
  }

  /** Every topic that somebody listens to and that is not in `heard`. */
  async #subscribeAll(connection: Connection, heard: Set<string>): Promise<void> {
    for (;;) {
      const missing = [...this.#listeners.keys()].filter(topic => !heard.has(topic));
      if (missing.length === 0) return;
      await connection.subscribe(missing);
      for (const topic of missing) heard.add(topic);
    }
  }

  /** Tells hub and broker that this is no accident; a broker that does not answer within a second hears nothing more. */
  async #sayOffline(connection: Connection): Promise<void> {
    const { clock } = this.#options;
    const left = new AbortController();
    const slow = clock.sleep(1000, left.signal).then(
      () => connection.cut(),
      () => undefined, // it answered
    );
    const goodBye = connection
      .publish(this.#topics.presence, this.#presence(this.#session, false), true)
      .then(() => connection.end())
      .catch(() => connection.cut()); // it was gone already: the will says the same
    await Promise.race([goodBye, slow]);
    left.abort();
  }

  /** A topic that is wanted while the connection stands. Where that fails, the next connection shows it as its failure. */
  #subscribeLate(topic: string): void {
    const connection = this.#connection;
    connection?.subscribe([topic]).catch(() => connection.cut());
  }

  #tell(online: boolean): void {
    for (const watcher of this.#watchers) watcher(online);
  }

  #presence(session: Buffer, online: boolean): Buffer {
    const { terminal, epoch, software, stopped, agentKey } = this.#options;
    const body = { terminal, epoch, session, online, software, ...(stopped && { stopped }) };
    return signPresence(body, this.#topics.presence, agentKey);
  }
}
