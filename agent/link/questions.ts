// Questions to the hub and their answers. An answer is used once, in time, and only if the hub signed it for this terminal.
import type { Clock } from '../../drivers/base/clock.ts';
import type { Contract } from '../protocol/contract.ts';
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
import { readTopic, topicsOf } from '../protocol/topics.ts';
import { digestOf, readVersionRefusal, type VersionRefusal } from '../protocol/version-refusal.ts';
import { LinkError } from './link-error.ts';
import { OpenQuestion } from './open-question.ts';
import { Patience } from './patience.ts';
import type { SpokenVersion } from './spoken-version.ts';
import type { Unused } from './unused.ts';

export interface AskOptions {
  /** From now to the answer, in ms [1..600000]. */
  timeoutMs: number;
  signal?: AbortSignal;
}

export interface QuestionsOptions {
  terminal: string;
  contract: Contract;
  version: SpokenVersion;
  agentKey: KeyPair;
  hubKey: () => CoseKey;
  clock: Clock;
  /** Measured speed of the line; undefined where it is not known. */
  bytesPerSecond: () => number | undefined;
  /** Resolves when the broker has it. Errors: link/offline, link/refused. */
  publish: (topic: string, payload: Buffer) => Promise<void>;
  /** Called when the hub has brought `version` to another one: everything that it has not answered is sent anew. */
  onVersion?: () => void;
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
    const { terminal, contract, version, agentKey, clock, publish } = this.#options;
    const { bytesPerSecond, maxOpen = 8 } = this.#options;
    if (signal?.aborted) throw new LinkError('link/canceled', { cause: signal.reason });
    if (this.#open.size >= maxOpen) throw new LinkError('link/busy', { detail: { maxOpen } });
    const { ask } = question;
    const open: OpenQuestion = new OpenQuestion({
      ...{ question, timeoutMs, clock },
      send: envelope => {
        const { now } = version;
        const { request } = topicsOf(terminal, now);
        const message = signQuestion(envelope, request, agentKey, contract);
        open.copies.set(digestOf(message).toString('hex'), now);
        return publish(request, message);
      },
      againMs: copy => this.#patience.againMs(ask, copy, timeoutMs, bytesPerSecond()),
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

  /** Takes a message from a reply topic. */
  take(payload: Buffer, topic: string): void {
    const envelope = this.#read(payload, topic);
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
  #read(payload: Buffer, topic: string): AnswerEnvelope | undefined {
    const { contract, hubKey, onUnused } = this.#options;
    try {
      return readAnswer(payload, topic, hubKey(), contract);
    } catch (cause) {
      if (!isProtocolError(cause)) throw cause;
      const refusal = this.#readRefusal(payload, topic);
      if (refusal) {
        this.#takeRefusal(refusal, topic);
        return undefined;
      }
      const { code, path } = cause;
      onUnused?.({ topic: 'reply', code, path });
      const key = readExchangeId(payload, topic, hubKey())?.toString('hex');
      if (key) this.#open.get(key)?.reject(new LinkError('link/answer', { observed: path ?? code, cause }));
      return undefined;
    }
  }

  /** Undefined where it is no version refusal that the hub signed for this topic. */
  #readRefusal(payload: Buffer, topic: string): VersionRefusal | undefined {
    try {
      return readVersionRefusal(payload, topic, this.#options.hubKey());
    } catch (error) {
      if (isProtocolError(error)) return undefined;
      throw error;
    }
  }

  /**
   * The hub does not speak the version of a question. One that is not open any more, or was sent on another connection, says nothing of
   * this one; and a hub that names the version that it refuses contradicts itself.
   */
  #takeRefusal(refusal: VersionRefusal, topic: string): void {
    const { version, onVersion, onUnused } = this.#options;
    const { version: on = 0 } = readTopic(topic) ?? {};
    const copy = refusal.refused.toString('hex');
    const isOurs = [...this.#open.values()].some(({ copies }) => copies.get(copy) === on);
    if (!isOurs || refusal.versions.includes(on)) {
      const why = isOurs ? { code: 'protocol/version', path: 'versions' } : { code: 'unused/stray' };
      onUnused?.({ topic: 'reply', ...why });
      return;
    }
    const now = version.refused(on, refusal);
    if (now === 'none') {
      const detail = { versions: refusal.versions.join(' ') };
      for (const open of this.#open.values()) open.reject(new LinkError('link/version', { detail }));
    }
    if (now !== 'other') return;
    for (const open of this.#open.values()) open.again();
    onVersion?.();
  }

  #remember(key: string, as: 'unused/late' | 'unused/duplicate'): void {
    this.#ended.set(key, as);
    const [oldest] = this.#ended.keys();
    if (this.#ended.size > remembered && oldest) this.#ended.delete(oldest);
  }
}
