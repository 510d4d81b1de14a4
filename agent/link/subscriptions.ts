// Who listens to which topic, on the present connection and on later ones.
import { readTopic } from '../protocol/topics.ts';
import type { Connection } from './connection.ts';
import type { Unused } from './unused.ts';

type Listener = (payload: Buffer) => void;

export class Subscriptions {
  readonly #onUnused: ((unused: Unused) => void) | undefined;
  readonly #listeners = new Map<string, Set<Listener>>();
  /** Undefined until the topics that were there at its start are subscribed. */
  #connection: Connection | undefined;

  /** `onUnused` is called for each message that nobody listens to. */
  constructor(onUnused: ((unused: Unused) => void) | undefined) {
    this.#onUnused = onUnused;
  }

  /** Returns a function that removes the listener. A topic that is new on this connection is subscribed at once; where that fails, it is cut. */
  listen(topic: string, listener: Listener): () => void {
    const those = this.#listeners.get(topic) ?? new Set();
    const isNew = those.size === 0;
    this.#listeners.set(topic, those.add(listener));
    const connection = this.#connection;
    if (isNew) connection?.subscribe([topic]).catch(() => connection.cut());
    return () => those.delete(listener);
  }

  /** Subscribes every topic that has a listener, also those that are added meanwhile. Errors: those of `subscribe`. */
  async on(connection: Connection): Promise<void> {
    const subscribed = new Set<string>();
    for (;;) {
      const missing = [...this.#listeners.keys()].filter(topic => !subscribed.has(topic));
      if (missing.length === 0) break;
      await connection.subscribe(missing);
      for (const topic of missing) subscribed.add(topic);
    }
    this.#connection = connection;
  }

  /** The connection has ended. */
  off(): void {
    this.#connection = undefined;
  }

  take(topic: string, payload: Buffer): void {
    const listeners = this.#listeners.get(topic);
    const leaf = listeners?.size ? undefined : readTopic(topic)?.leaf;
    if (leaf) this.#onUnused?.({ topic: leaf, code: 'unused/stray' });
    for (const listener of listeners ?? []) listener(payload);
  }
}
