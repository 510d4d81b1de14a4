// Questions to the hub and their answers. An answer is used once, in time, and only if the hub signed it for this terminal.
import { randomBytes } from 'node:crypto';
import type { Clock } from '../../drivers/base/clock.ts';
import type { CoseKey, KeyPair } from '../protocol/cose-key.ts';
import { isProtocolError } from '../protocol/error.ts';
import { type Answer, type Question, readAnswer, signQuestion } from '../protocol/exchange.ts';
import type { Topics } from '../protocol/topics.ts';
import { LinkError } from './link-error.ts';

export interface AskOptions {
  /** From now to the answer, in ms [1..600000]. */
  timeoutMs: number;
  signal?: AbortSignal;
}

/** Numbers of dropped answers, by reason. */
export interface Dropped {
  /** Not signed by the hub for our reply topic, or not what the contract allows. */
  forged: number;
  /** The question had timed out or was cancelled. */
  late: number;
  /** The question was answered before. */
  duplicate: number;
  /** No question of this terminal, as far as it remembers. */
  stray: number;
}

interface Open {
  resolve: (answer: Answer) => void;
  reject: (error: LinkError) => void;
  /** The broker has the question. */
  sent: boolean;
}

export interface QuestionsOptions {
  topics: Topics;
  agentKey: KeyPair;
  hubKey: () => CoseKey;
  clock: Clock;
  publish: (topic: string, payload: Buffer) => Promise<void>;
  /** Max number of open questions. Default 8. */
  maxOpen?: number;
}

/** Max number of ended questions that are remembered, to distinguish a late answer from a duplicate. */
const remembered = 64;

export class Questions {
  readonly dropped: Dropped = { forged: 0, late: 0, duplicate: 0, stray: 0 };
  #options: QuestionsOptions;
  #open = new Map<string, Open>();
  #ended = new Map<string, 'late' | 'duplicate'>();

  constructor(options: QuestionsOptions) {
    this.#options = options;
  }

  /** Errors: link/offline, link/timeout, link/refused, link/busy, link/canceled, link/closed. */
  async ask(question: Question, { timeoutMs, signal }: AskOptions): Promise<Answer> {
    const { topics, agentKey, clock, publish, maxOpen = 8 } = this.#options;
    if (signal?.aborted) throw new LinkError('link/canceled', { cause: signal.reason });
    if (this.#open.size >= maxOpen) throw new LinkError('link/busy', { detail: { maxOpen } });
    const id = randomBytes(16);
    const key = id.toString('hex');
    const { promise, resolve, reject } = Promise.withResolvers<Answer>();
    const open: Open = { resolve, reject, sent: false };
    this.#open.set(key, open);
    const over = new AbortController();
    const cancel = () => reject(new LinkError('link/canceled', { cause: signal?.reason }));
    signal?.addEventListener('abort', cancel, { once: true });
    clock.sleep(timeoutMs, over.signal).then(
      () => reject(new LinkError('link/timeout', { detail: { timeoutMs } })),
      () => undefined, // the question ended first
    );
    const envelope = { id, waitsMs: Math.ceil(timeoutMs), question };
    publish(topics.request, signQuestion(envelope, topics.request, agentKey)).then(() => {
      open.sent = true;
    }, reject);
    try {
      return await promise;
    } finally {
      over.abort();
      signal?.removeEventListener('abort', cancel);
      if (this.#open.delete(key)) this.#remember(key, 'late');
    }
  }

  /** Takes a message from the reply topic. */
  take(payload: Buffer): void {
    const { topics, hubKey } = this.#options;
    try {
      const { id, answer } = readAnswer(payload, topics.reply, hubKey());
      const key = id.toString('hex');
      const open = this.#open.get(key);
      if (!open) {
        this.dropped[this.#ended.get(key) ?? 'stray']++;
        return;
      }
      this.#open.delete(key);
      this.#remember(key, 'duplicate');
      open.resolve(answer);
    } catch (error) {
      if (!isProtocolError(error)) throw error;
      this.dropped.forged++;
    }
  }

  /** The connection has ended. A question that the broker has may still be answered on the next connection, before its timeout. */
  offline(): void {
    for (const { sent, reject } of this.#open.values()) if (!sent) reject(new LinkError('link/offline'));
  }

  close(): void {
    for (const { reject } of this.#open.values()) reject(new LinkError('link/closed'));
  }

  #remember(key: string, as: 'late' | 'duplicate'): void {
    this.#ended.set(key, as);
    const [oldest] = this.#ended.keys();
    if (this.#ended.size > remembered && oldest) this.#ended.delete(oldest);
  }
}
