// The agent's link to the hub: keeps one connection, reports each change, asks questions, and publishes messages.
import { randomBytes } from 'node:crypto';
import type { BackOff } from '../../drivers/base/back-off.ts';
import type { Clock } from '../../drivers/base/clock.ts';
import { keepAlive } from '../../drivers/base/keep-alive.ts';
import type { CoseKey, KeyPair } from '../protocol/cose-key.ts';
import type { Answer, Question } from '../protocol/exchange.ts';
import { type Presence, signPresence } from '../protocol/presence.ts';
import { readTopic, topicsOf } from '../protocol/topics.ts';
import { type Connection, openConnection, type TlsCredentials } from './connection.ts';
import { isLinkError, LinkError } from './link-error.ts';
import { type AskOptions, Questions } from './questions.ts';
import type { Unused } from './unused.ts';

export interface LinkOptions {
  /** mqtts://host:port of the broker. */
  url: string;
  /** Of the next connection: called for each. */
  tls?: () => Promise<TlsCredentials>;
  terminal: string;
  epoch: number;
  /** Version of the agent, for the birth message. */
  software: string;
  /** Why the terminal is stopped. The birth message carries it. */
  stopped?: NonNullable<Presence['stopped']>;
  agentKey: KeyPair;
  /** Returns the hub's present key. It is called for each message, so that a new key set is used at once. */
  hubKey: () => CoseKey;
  clock: Clock;
  /** In [0, 1). Default Math.random. */
  random?: () => number;
  /** Waits between two tries to connect, with full jitter. Default 500 ms to 60 s. */
  backOff?: BackOff;
  /**
   * A connection that was up for this time, in ms, resets the waits to the initial one. So a broker that accepts and closes again
   * and again is tried more and more rarely. Default 10 s.
   */
  stableMs?: number;
  /** Default 10 s. */
  connectTimeoutMs?: number;
  /** MQTT keep-alive interval, in s. Default 30. */
  keepaliveS?: number;
  /** Called with the reason whenever a connection could not be made. */
  onFailure?: (error: LinkError) => void;
  /** Called for each message that is not used. */
  onUnused?: (unused: Unused) => void;
}

export interface Link {
  readonly online: boolean;
  /**
   * Resolves with the hub's answer; a refusal is an answer too. Asks again, also on the next connection, until the time is over.
   * Errors: link/timeout, link/offline (the time was over while there was no connection), link/refused, link/answer, link/busy,
   * link/canceled, link/closed.
   */
  ask(question: Question, options: AskOptions): Promise<Answer>;
  /** Resolves when the broker has it. Errors: link/offline, link/refused. */
  publish(topic: string, payload: Buffer): Promise<void>;
  /** Calls `listener` for each message on one of our topics, on this connection and later ones. Returns a function that removes it. */
  listen(topic: string, listener: (payload: Buffer) => void): () => void;
  /** Calls `listener` at each change. Returns a function that removes it. */
  onOnline(listener: (online: boolean) => void): () => void;
  /** Reports this end to the hub, and ends open questions with link/closed. Safe to call twice. */
  close(): Promise<void>;
}

/** Returns the link at once. It is offline until the first connection is established. */
export function openLink(options: LinkOptions): Link {
  const link = new MqttLink(options);
  link.start();
  return link;
}

class MqttLink implements Link {
  #options: LinkOptions;
  #connection: Connection | undefined;
  #questions: Questions;
  #topics: ReturnType<typeof topicsOf>;
  #listeners = new Map<string, Set<(payload: Buffer) => void>>();
  #watchers = new Set<(online: boolean) => void>();
  #session: Buffer = Buffer.alloc(16);
  #stop = new AbortController();
  #running: Promise<void> | undefined;

  constructor(options: LinkOptions) {
    this.#options = options;
    this.#topics = topicsOf(options.terminal);
    this.#questions = new Questions({
      ...options,
      topics: this.#topics,
      publish: (topic, payload) => this.publish(topic, payload),
    });
    this.#listeners.set(this.#topics.reply, new Set([payload => this.#questions.take(payload)]));
  }

  start(): void {
    const {
      clock,
      random = Math.random,
      backOff = { initialMs: 500, maxMs: 60_000 },
      stableMs = 10_000,
      onFailure,
    } = this.#options;
    this.#running ??= keepAlive(up => this.#live(up), {
      ...backOff,
      stableMs,
      clock,
      random,
      signal: this.#stop.signal,
      isExpected: isLinkError,
      onFailure: error => onFailure?.(error as LinkError),
    });
  }

  get online(): boolean {
    return this.#connection !== undefined;
  }

  async ask(question: Question, options: AskOptions): Promise<Answer> {
    if (this.#stop.signal.aborted) throw new LinkError('link/closed');
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

  /** Runs one connection to its end. Subscribes before the birth message, so that no answer to an early question is missed. */
  async #live(up: () => void): Promise<void> {
    const { url, tls, terminal, connectTimeoutMs = 10_000, keepaliveS = 30 } = this.#options;
    const { signal } = this.#stop;
    const session = randomBytes(16);
    const connection = await openConnection({
      url,
      ...(tls && { tls: await tls() }),
      clientId: terminal,
      will: { topic: this.#topics.presence, payload: this.#presence(session, false) },
      connectTimeoutMs,
      keepaliveS,
      signal,
      onMessage: (topic, payload) => {
        const listeners = this.#listeners.get(topic);
        if (!listeners?.size) this.#strayOn(topic);
        for (const listener of listeners ?? []) listener(payload);
      },
    });
    try {
      const subscribed = new Set<string>();
      await this.#subscribeAll(connection, subscribed);
      await connection.publish(this.#topics.presence, this.#presence(session, true), true);
      if (signal.aborted) return;
      up();
      this.#session = session;
      this.#connection = connection; // from now on `listen` subscribes a new topic at once
      this.#questions.online();
      await this.#subscribeAll(connection, subscribed); // topics that were added during the birth message
      this.#report(true);
      await connection.over;
    } finally {
      connection.cut();
      const was = this.#connection !== undefined;
      this.#connection = undefined;
      this.#questions.offline();
      if (was) this.#report(false);
    }
  }

  /** Subscribes every topic that has a listener and is not in `subscribed` yet. */
  async #subscribeAll(connection: Connection, subscribed: Set<string>): Promise<void> {
    for (;;) {
      const missing = [...this.#listeners.keys()].filter(topic => !subscribed.has(topic));
      if (missing.length === 0) return;
      await connection.subscribe(missing);
      for (const topic of missing) subscribed.add(topic);
    }
  }

  /** Reports to hub and broker that this end is intended. Cuts the connection where the broker does not answer within 1 s. */
  async #sayOffline(connection: Connection): Promise<void> {
    const { clock } = this.#options;
    const left = new AbortController();
    const slow = clock.sleep(1000, left.signal).then(
      () => connection.cut(),
      () => undefined, // the broker answered
    );
    const goodBye = connection
      .publish(this.#topics.presence, this.#presence(this.#session, false), true)
      .then(() => connection.end())
      .catch(() => connection.cut()); // the connection had ended: the broker publishes the will, which reports the same
    await Promise.race([goodBye, slow]);
    left.abort();
  }

  /** Subscribes a topic that is added while the link is online. Where that fails, the connection is cut and made again. */
  #subscribeLate(topic: string): void {
    const connection = this.#connection;
    connection?.subscribe([topic]).catch(() => connection.cut());
  }

  #strayOn(topic: string): void {
    const leaf = readTopic(topic)?.leaf;
    if (leaf) this.#options.onUnused?.({ topic: leaf, code: 'unused/stray' });
  }

  #report(online: boolean): void {
    for (const watcher of this.#watchers) watcher(online);
  }

  #presence(session: Buffer, online: boolean): Buffer {
    const { terminal, epoch, software, stopped, agentKey } = this.#options;
    const body = { terminal, epoch, session, online, software, ...(stopped && { stopped }) };
    return signPresence(body, this.#topics.presence, agentKey);
  }
}
