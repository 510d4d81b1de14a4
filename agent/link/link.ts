// The agent's link to the hub: keeps one connection, reports each change, asks questions, and publishes messages.
import { randomBytes } from 'node:crypto';
import { keepAlive } from '../../drivers/base/keep-alive.ts';
import { contract } from '../protocol/contract.ts';
import type { Answer, Question } from '../protocol/exchange.ts';
import { signPresence } from '../protocol/presence.ts';
import { type Topics, topicsOf } from '../protocol/topics.ts';
import { type Connection, openConnection } from './connection.ts';
import { isLinkError, LinkError, reasonOf } from './link-error.ts';
import type { Link, LinkListener, LinkOptions } from './link-options.ts';
import { type AskOptions, Questions } from './questions.ts';
import { SpokenVersion } from './spoken-version.ts';
import { Subscriptions } from './subscriptions.ts';
import { TwinWatch } from './twin-watch.ts';
import { Uplink } from './uplink.ts';

/** Returns the link at once. It is offline until the first connection is established. */
export function openLink(options: LinkOptions): Link {
  const link = new MqttLink(options);
  link.start();
  return link;
}

class MqttLink implements Link {
  #options: LinkOptions & Required<Pick<LinkOptions, 'contract'>>;
  #connection: Connection | undefined;
  #failure: LinkError | undefined;
  /** Why the last connection that was up has ended. */
  #ended: LinkError | undefined;
  readonly #twins: TwinWatch;
  readonly #uplink: Uplink;
  #questions: Questions;
  readonly #version: SpokenVersion;
  readonly #presenceTopic: string;
  readonly #subscriptions: Subscriptions;
  #watchers = new Set<LinkListener>();
  #versionWatchers = new Set<(version: number) => void>();
  #reported = '';
  #session: Buffer = Buffer.alloc(16);
  #stop = new AbortController();
  #running: Promise<void> | undefined;

  constructor(options: LinkOptions) {
    const spoken = options.contract ?? contract;
    this.#options = { ...options, contract: spoken };
    this.#uplink = new Uplink(options.clock);
    this.#version = new SpokenVersion(spoken.versions);
    this.#presenceTopic = topicsOf(options.terminal).presence;
    this.#twins = new TwinWatch(options, this.#presenceTopic);
    this.#questions = new Questions({
      ...this.#options,
      version: this.#version,
      onVersion: () => {
        for (const watcher of this.#versionWatchers) watcher(this.#version.now);
      },
      publish: (topic, payload) => this.publish(topic, payload),
      bytesPerSecond: () => this.bytesPerSecond,
    });
    this.#subscriptions = new Subscriptions(options.onUnused);
    this.listen('reply', (payload, topic) => this.#questions.take(payload, topic));
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
    await this.#uplink.carry(payload.length, true, () =>
      this.#reportTooLarge(connection.publish(topic, payload)),
    );
  }

  async carry(
    leaf: keyof Topics,
    make: (maxBytes: number, topic: string) => Promise<Buffer | undefined>,
  ): Promise<{ published: Promise<void> } | undefined> {
    this.#online();
    const lineBytes = await this.#uplink.take();
    try {
      const { maxPayloadBytes } = this.#online();
      const topic = topicsOf(this.#options.terminal, this.#version.now)[leaf];
      const payload = await make(Math.min(lineBytes, maxPayloadBytes - topic.length), topic);
      if (!payload) return undefined;
      const connection = this.#online();
      const published = this.#uplink.carry(payload.length, false, () =>
        this.#reportTooLarge(connection.publish(topic, payload)),
      );
      published.catch(() => undefined); // the caller may look later
      return { published };
    } finally {
      this.#uplink.give();
    }
  }

  listen(leaf: keyof Topics, listener: (payload: Buffer, topic: string) => void): () => void {
    const { terminal, contract } = this.#options;
    const stops = contract.versions
      .map(version => topicsOf(terminal, version)[leaf])
      .map(topic => this.#subscriptions.listen(topic, payload => listener(payload, topic)));
    return () => {
      for (const stop of stops) stop();
    };
  }

  onOnline(listener: LinkListener): () => void {
    this.#watchers.add(listener);
    return () => this.#watchers.delete(listener);
  }

  onVersion(listener: (version: number) => void): () => void {
    this.#versionWatchers.add(listener);
    return () => this.#versionWatchers.delete(listener);
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
      will: { topic: this.#presenceTopic, payload: this.#presence(session, false) },
      connectTimeoutMs,
      keepaliveS,
      signal,
      onMessage: (topic, payload) => {
        if (topic === this.#presenceTopic) this.#twins.take(payload);
        else this.#subscriptions.take(topic, payload);
      },
    });
    const cut = () => connection.cut();
    signal.addEventListener('abort', cut, { once: true }); // until it is up: from then on `close` says good-bye first
    this.#uplink.connected();
    try {
      await Promise.all([this.#subscriptions.on(connection), this.#twins.look(connection, session)]);
      await connection.publish(this.#presenceTopic, this.#presence(session, true), true);
      if (signal.aborted) return;
      if (this.#twins.connected()) this.#report(false, new LinkError('link/takenOver'));
      signal.removeEventListener('abort', cut);
      up();
      this.#session = session;
      this.#connection = connection;
      this.#version.connected();
      this.#questions.online();
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
      this.#subscriptions.off();
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
  #reportTooLarge(published: Promise<void>): Promise<void> {
    return published.catch(error => {
      if (isLinkError(error) && error.code === 'link/tooLarge') this.#options.onTooLarge?.(error);
      throw error;
    });
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
      .publish(this.#presenceTopic, this.#presence(this.#session, false), true)
      .then(() => connection.end())
      .catch(() => connection.cut()); // the connection had ended: the broker publishes the will, which reports the same
    await Promise.race([goodBye, slow]);
    left.abort();
  }

  #report(online: boolean, failure?: LinkError): void {
    this.#failure = failure;
    const report = `${online} ${failure?.code} ${failure && reasonOf(failure)}`;
    if (report === this.#reported) return;
    this.#reported = report;
    for (const watcher of this.#watchers) watcher(online, failure);
  }

  #presence(session: Buffer, online: boolean): Buffer {
    const { terminal, epoch, software, stopped, agentKey, contract } = this.#options;
    const body = {
      ...{ terminal, epoch, session, online, software, versions: [...contract.versions] },
      ...(stopped && { stopped }),
    };
    return signPresence(body, this.#presenceTopic, agentKey);
  }
}
