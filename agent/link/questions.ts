// Questions to the hub and their answers. An answer is used once, in time, and only if the hub signed it for this terminal.
import type { Clock } from '../../drivers/base/clock.ts';
import type { CoseKey, KeyPair } from '../protocol/cose-key.ts';
import { isProtocolError } from '../protocol/error.ts';
import {
  type Answer,
  type AnswerEnvelope,
  type Question,
  readAnswer,
  readExchangeId,
  signQuestion,
} from '../protocol/exchange.ts';
import type { Topics } from '../protocol/topics.ts';
import { digestOf, readVersionRefusal } from '../protocol/version-refusal.ts';
import { LinkError } from './link-error.ts';
import { OpenQuestion } from './open-question.ts';
import { Patience } from './patience.ts';
import type { Unused } from './unused.ts';

export interface AskOptions {
  /** From now to the answer, in ms [1..600000]. */
  timeoutMs: number;
  signal?: AbortSignal;
}

export interface QuestionsOptions {
  topics: Topics;
  agentKey: KeyPair;
  hubKey: () => CoseKey;
  clock: Clock;
  /** Measured speed of the line; undefined where it is not known. */
  bytesPerSecond: () => number | undefined;
  /** Resolves when the broker has it. Errors: link/offline, link/refused. */
  publish: (topic: string, payload: Buffer) => Promise<void>;
  /** Called for each answer that is not used. */
  onUnused?: (unused: Unused) => void;
  /** Max number of open questions. Default 8. */
  maxOpen?: number;
}

/** Max number of ended questions that are remembered, to distinguish a late answer from a duplicate. */
const remembered = 64;

export class Questions {
  readonly #options: QuestionsOptions;
  readonly #patience = new Patience();
  readonly #open = new Map<string, OpenQuestion>();
  readonly #ended = new Map<string, 'unused/late' | 'unused/duplicate'>();
  #online = false;

  constructor(options: QuestionsOptions) {
    this.#options = options;
  }

  /**
   * Asks again under the same id, also on the next connection, until the answer comes or the time is over.
   * Errors: when the time is over, link/timeout, link/offline, or why the broker refused the last copy; link/answer, link/busy,
   * link/canceled, link/closed, link/version.
   */
  async ask(question: Question, { timeoutMs, signal }: AskOptions): Promise<Answer> {
    const { topics, agentKey, clock, publish, bytesPerSecond, maxOpen = 8 } = this.#options;
    if (signal?.aborted) throw new LinkError('link/canceled', { cause: signal.reason });
    if (this.#open.size >= maxOpen) throw new LinkError('link/busy', { detail: { maxOpen } });
    const { ask } = question;
    const open: OpenQuestion = new OpenQuestion({
      ...{ question, timeoutMs, clock },
      send: envelope => {
        const message = signQuestion(envelope, topics.request, agentKey);
        open.copies.add(digestOf(message).toString('hex'));
        return publish(topics.request, message);
      },
      againMs: copy => this.#patience.againMs(ask, copy, bytesPerSecond()),
    });
    const key = open.id.toString('hex');
    this.#open.set(key, open);
    const cancel = () => open.reject(new LinkError('link/canceled', { cause: signal?.reason }));
    signal?.addEventListener('abort', cancel, { once: true });
    if (this.#online) open.online();
    try {
      return await open.answer;
    } finally {
      signal?.removeEventListener('abort', cancel);
      if (this.#open.delete(key)) this.#remember(key, 'unused/late');
    }
  }

  /** Takes a message from the reply topic. */
  take(payload: Buffer): void {
    const envelope = this.#read(payload);
    if (!envelope) return;
    const { id, answer } = envelope;
    const key = id.toString('hex');
    const open = this.#open.get(key);
    if (!open) {
      this.#options.onUnused?.({ topic: 'reply', code: this.#ended.get(key) ?? 'unused/stray' });
      return;
    }
    this.#open.delete(key);
    this.#remember(key, 'unused/duplicate');
    if (answer.answer !== 'refused' && open.tookMs !== undefined)
      this.#patience.took(answer.answer, open.tookMs);
    open.resolve(answer);
  }

  /** A connection is there: every open question is asked on it. */
  online(): void {
    this.#online = true;
    for (const open of this.#open.values()) open.online();
  }

  /** The connection has ended. Open questions are asked again on the next one. */
  offline(): void {
    this.#online = false;
    for (const open of this.#open.values()) open.offline();
  }

  close(): void {
    for (const open of this.#open.values()) open.reject(new LinkError('link/closed'));
  }

  /** Undefined where it is not what the contract allows. The question of one that the hub signed ends: it would answer the same again. */
  #read(payload: Buffer): AnswerEnvelope | undefined {
    const { topics, hubKey, onUnused } = this.#options;
    try {
      return readAnswer(payload, topics.reply, hubKey());
    } catch (cause) {
      if (!isProtocolError(cause)) throw cause;
      if (this.#isOtherVersion(payload)) return undefined;
      const { code, path } = cause;
      onUnused?.({ topic: 'reply', code, path });
      const key = readExchangeId(payload, topics.reply, hubKey())?.toString('hex');
      if (key) this.#open.get(key)?.reject(new LinkError('link/answer', { observed: path ?? code, cause }));
      return undefined;
    }
  }

  /** Whether it says that the hub does not speak the version of a question that is open: that question ends. */
  #isOtherVersion(payload: Buffer): boolean {
    const { topics, hubKey } = this.#options;
    try {
      const { refused, versions } = readVersionRefusal(payload, topics.reply, hubKey());
      const open = [...this.#open.values()].find(({ copies }) => copies.has(refused.toString('hex')));
      open?.reject(new LinkError('link/version', { detail: { versions: versions.join(' ') } }));
      return open !== undefined;
    } catch (error) {
      if (isProtocolError(error)) return false;
      throw error;
    }
  }

  #remember(key: string, as: 'unused/late' | 'unused/duplicate'): void {
    this.#ended.set(key, as);
    const [oldest] = this.#ended.keys();
    if (this.#ended.size > remembered && oldest) this.#ended.delete(oldest);
  }
}
