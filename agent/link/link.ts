// The agent's link to the hub: keeps one connection, reports each change, asks questions, and publishes messages.
import { randomBytes } from 'node:crypto';
import type { BackOff } from '../../drivers/base/back-off.ts';
import type { Clock } from '../../drivers/base/clock.ts';
import { keepAlive, type SlowBackOff } from '../../drivers/base/keep-alive.ts';
import type { CoseKey, KeyPair } from '../protocol/cose-key.ts';
import type { Answer, Question } from '../protocol/exchange.ts';
import { type Presence, signPresence } from '../protocol/presence.ts';
import { readTopic, topicsOf } from '../protocol/topics.ts';
import { versions } from '../protocol/versions.ts';
import { type Connection, openConnection } from './connection.ts';
import type { TlsCredentials } from './dial.ts';
import { isLinkError, LinkError, reasonOf } from './link-error.ts';
import { type AskOptions, Questions } from './questions.ts';
import { TwinWatch } from './twin-watch.ts';
import type { Unused } from './unused.ts';
import { Uplink } from './uplink.ts';

export interface LinkOptions {
  /** Of the broker: mqtts://host:port, or wss://host:port/path. */
  url: string;
  /** Of the next connection: called for each. */
  tls?: () => Promise<TlsCredentials>;
  /** http://host:port of a proxy that knows CONNECT. */
  proxy?: string | undefined;
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
  /** Waits after the session was taken over (link/takenOver). Default 30 s to 10 min: whoever else uses our name shall not flap with us. */
  takenOverBackOff?: SlowBackOff;
  /** Whether every end of a connection counts as one that was taken over. For an agent that serves nobody. Default false. */
  yields?: boolean;
  /** From the first address to CONNACK. Default 20 s: a slow line and a first address that does not answer. */
  connectTimeoutMs?: number;
  /** How long the broker may take to answer SUBSCRIBE and PUBLISH, beside the time for their bytes on a slow line. Default 30 s. */
  exchangeMs?: number;
  /** MQTT keep-alive interval, in s. Default 30. */
  keepaliveS?: number;
  /** Called with the reason whenever a connection has ended or (`wasOnline` false) could not be made. */
  onFailure?: (error: LinkError, wasOnline: boolean) => void;
  /** Called where a message is larger than the broker takes: it was not sent. */
  onTooLarge?: (error: LinkError) => void;
  /** Called for each message that is not used. */
  onUnused?: (unused: Unused) => void;
}

export interface Link {
  readonly online: boolean;
  /** Why the last connection ended or could not be made; undefined before, and while the link is online. */
  readonly failure: LinkError | undefined;
  /** Measured speed of the line to the broker, in bytes/s; undefined where too little was sent lately. */
  readonly bytesPerSecond: number | undefined;
  /**
   * Resolves with the hub's answer; a refusal is an answer too. Asks again, also on the next connection, until the time is over.
   * Errors: link/timeout, link/offline (the time was over while there was no connection), link/refused, link/answer, link/busy,
   * link/canceled, link/closed, link/version.
   */
  ask(question: Question, options: AskOptions): Promise<Answer>;
  /** Resolves when the broker has it. Errors: link/offline, link/refused. */
  publish(topic: string, payload: Buffer): Promise<void>;
  /**
   * Publishes records, which leave the line to questions. When it is their turn, `make` is called with the max number of bytes;
   * it may return undefined. Resolves when the message is on its way, with what `publish` returns; undefined without a message.
   * Errors: link/offline, link/tooLarge, those of `make`.
   */
  carry(
    topic: string,
    make: (maxBytes: number) => Promise<Buffer | undefined>,
  ): Promise<{ published: Promise<void> } | undefined>;
  /** Calls `listener` for each message on one of our topics, on this connection and later ones. Returns a function that removes it. */
  listen(topic: string, listener: (payload: Buffer) => void): () => void;
  /** Calls `listener` at each change, also where only the failure is another one. Returns a function that removes it. */
  onOnline(listener: LinkListener): () => void;
  /** Reports this end to the hub, and ends open questions with link/closed. Safe to call twice. */
  close(): Promise<void>;
}

export type LinkListener = (online: boolean, failure?: LinkError) => void;

/** Returns the link at once. It is offline until the first connection is established. */
export function openLink(options: LinkOptions): Link {
  const link = new MqttLink(options);
  link.start();
  return link;
}

class MqttLink implements Link {
  #options: LinkOptions;
  #connection: Connection | undefined;
  #failure: LinkError | undefined;
  /** Why the last connection that was up has ended. */
  #ended: LinkError | undefined;
  readonly #twins: TwinWatch;
  readonly #uplink: Uplink;
  #questions: Questions;
  #topics: ReturnType<typeof topicsOf>;
  #listeners = new Map<string, Set<(payload: Buffer) => void>>();
  #watchers = new Set<LinkListener>();
  #reported = '';
  #session: Buffer = Buffer.alloc(16);
  #stop = new AbortController();
  #running: Promise<void> | undefined;

  constructor(options: LinkOptions) {
    this.#options = options;
    this.#uplink = new Uplink(options.clock);
    this.#topics = topicsOf(options.terminal);
    this.#twins = new TwinWatch(options, this.#topics.presence);
    this.#questions = new Questions({
      ...options,
      topics: this.#topics,
      publish: (topic, payload) => this.publish(topic, payload),
      bytesPerSecond: () => this.bytesPerSecond,
    });
    this.#listeners.set(this.#topics.reply, new Set([payload => this.#questions.take(payload)]));
  }

  start(): void {
    const {
      clock,
      random = Math.random,
      backOff = { initialMs: 500, maxMs: 60_000 },
      stableMs = 10_000,
      yields = false,
      takenOverBackOff = { initialMs: 30_000, maxMs: 600_000, minMs: 5_000 },
    } = this.#options;
    this.#running ??= keepAlive(up => this.#live(up), {
      ...backOff,
      stableMs,
      clock,
      random,
      signal: this.#stop.signal,
      isExpected: isLinkError,
      slow: error => {
        const isTakenOver = (error as LinkError).code === 'link/takenOver';
        return isTakenOver || (yields && this.#ended === error) ? takenOverBackOff : undefined;
      },
      onFailure: error => {
        const failure = error as LinkError;
        const wasOnline = this.#ended === failure;
        this.#options.onFailure?.(failure, wasOnline);
        if (!wasOnline) this.#report(false, failure);
      },
    });
  }

  get online(): boolean {
    return this.#connection !== undefined;
  }

  get failure(): LinkError | undefined {
    return this.#failure;
  }

  get bytesPerSecond(): number | undefined {
    return this.#uplink.bytesPerSecond;
  }

  async ask(question: Question, options: AskOptions): Promise<Answer> {
    if (this.#stop.signal.aborted) throw new LinkError('link/closed');
    return this.#questions.ask(question, options);
  }

  async publish(topic: string, payload: Buffer): Promise<void> {
    const connection = this.#online();
    await this.#uplink.carry(payload.length, true, () => this.#told(connection.publish(topic, payload)));
  }

  async carry(
    topic: string,
    make: (maxBytes: number) => Promise<Buffer | undefined>,
  ): Promise<{ published: Promise<void> } | undefined> {
    this.#online();
    const lineBytes = await this.#uplink.take();
    try {
      const { maxPayloadBytes } = this.#online();
      const payload = await make(Math.min(lineBytes, maxPayloadBytes - topic.length));
      if (!payload) return undefined;
      const connection = this.#online();
      const published = this.#uplink.carry(payload.length, false, () =>
        this.#told(connection.publish(topic, payload)),
      );
      published.catch(() => undefined); // the caller may look later
      return { published };
    } finally {
      this.#uplink.give();
    }
  }

  listen(topic: string, listener: (payload: Buffer) => void): () => void {
    const those = this.#listeners.get(topic) ?? new Set();
    const isNew = those.size === 0;
    this.#listeners.set(topic, those.add(listener));
    if (isNew) this.#subscribeLate(topic);
    return () => those.delete(listener);
  }

  onOnline(listener: LinkListener): () => void {
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
    const { url, tls, proxy, terminal, clock } = this.#options;
    const { connectTimeoutMs = 20_000, exchangeMs = 30_000, keepaliveS = 30 } = this.#options;
    const { signal } = this.#stop;
    const session = randomBytes(16);
    const connection = await openConnection({
      ...{ url, proxy, clock, exchangeMs },
      ...(tls && { tls: await tls() }),
      clientId: terminal,
      will: { topic: this.#topics.presence, payload: this.#presence(session, false) },
      connectTimeoutMs,
      keepaliveS,
      signal,
      onMessage: (topic, payload) => {
        const listeners = this.#listeners.get(topic);
        if (topic === this.#topics.presence) this.#twins.take(payload);
        else if (!listeners?.size) this.#strayOn(topic);
        for (const listener of listeners ?? []) listener(payload);
      },
    });
    const cut = () => connection.cut();
    signal.addEventListener('abort', cut, { once: true }); // until it is up: from then on `close` says good-bye first
    this.#uplink.connected();
    try {
      const subscribed = new Set<string>();
      await Promise.all([this.#subscribeAll(connection, subscribed), this.#twins.look(connection, session)]);
      await connection.publish(this.#topics.presence, this.#presence(session, true), true);
      if (signal.aborted) return;
      if (this.#twins.connected()) this.#report(false, new LinkError('link/takenOver'));
      signal.removeEventListener('abort', cut);
      up();
      this.#session = session;
      this.#connection = connection; // from now on `listen` subscribes a new topic at once
      this.#questions.online();
      await this.#subscribeAll(connection, subscribed); // topics that were added during the birth message
      this.#report(true);
      const cause = await connection.over;
      this.#ended = this.#twins.isThere
        ? new LinkError('link/takenOver', { cause, detail: cause.detail })
        : cause;
      if (!signal.aborted) throw this.#ended;
    } finally {
      signal.removeEventListener('abort', cut);
      connection.cut();
      const was = this.#connection !== undefined;
      this.#connection = undefined;
      this.#uplink.disconnected();
      this.#questions.offline();
      if (was) this.#report(false, this.#ended);
    }
  }

  /** Errors: link/offline. */
  #online(): Connection {
    if (!this.#connection) throw new LinkError('link/offline');
    return this.#connection;
  }

  /** Reports a message that the broker does not take: nobody could tell otherwise why it never arrives. */
  #told(published: Promise<void>): Promise<void> {
    return published.catch(error => {
      if (isLinkError(error) && error.code === 'link/tooLarge') this.#options.onTooLarge?.(error);
      throw error;
    });
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

  #report(online: boolean, failure?: LinkError): void {
    this.#failure = failure;
    const report = `${online} ${failure?.code} ${failure && reasonOf(failure)}`;
    if (report === this.#reported) return;
    this.#reported = report;
    for (const watcher of this.#watchers) watcher(online, failure);
  }

  #presence(session: Buffer, online: boolean): Buffer {
    const { terminal, epoch, software, stopped, agentKey } = this.#options;
    const body = {
      terminal,
      epoch,
      session,
      online,
      software,
      versions: [...versions],
      ...(stopped && { stopped }),
    };
    return signPresence(body, this.#topics.presence, agentKey);
  }
}
