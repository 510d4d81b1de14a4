// A terminal's questions and a hub's router, each of its own versions, joined in memory. A test holds what is on the way, and may forge it.
import { Questions } from '../../agent/link/questions.ts';
import { SpokenVersion } from '../../agent/link/spoken-version.ts';
import type { Contract } from '../../agent/protocol/contract.ts';
import { newKeyPair } from '../../agent/protocol/cose-key.ts';
import type { Question } from '../../agent/protocol/exchange.ts';
import { readTopic, topicsOf } from '../../agent/protocol/topics.ts';
import { signVersionRefusal } from '../../agent/protocol/version-refusal.ts';
import { Router } from '../../simulator/hub/routing/router.ts';
import { ManualClock, settle } from '../manual-clock.ts';

export const terminal = 'mitaka-1';
export const challenge = { ask: 'challenge', transaction: Buffer.alloc(16, 7) } as const;

interface Sent {
  topic: string;
  message: Buffer;
}

export class Pair {
  readonly clock = new ManualClock();
  readonly agentKey = newKeyPair();
  readonly hubKey = newKeyPair();
  /** Versions and leaves of all messages that were sent, in order: `2 request`. */
  readonly wire: string[] = [];
  readonly unused: string[] = [];
  readonly said: string[] = [];
  readonly questions: Questions;
  /** Each message of the terminal, as it was sent. */
  readonly asked: Sent[] = [];
  /** Each message of the hub. */
  readonly answered: Sent[] = [];
  /** Questions that the hub's services worked on, by id. */
  readonly worked: string[] = [];
  /** How often the terminal was brought to another version. */
  changes = 0;
  /** False: the test delivers the hub's messages itself, by `deliver`. */
  delivers = true;
  readonly #contract: Contract;
  readonly #version: SpokenVersion;
  #router: Router;

  constructor(ofTerminal: Contract, ofHub: Contract) {
    this.#contract = ofTerminal;
    this.#version = new SpokenVersion(ofTerminal.versions);
    this.questions = new Questions({
      ...{ terminal, contract: ofTerminal, version: this.#version, clock: this.clock },
      ...{ agentKey: this.agentKey, hubKey: () => this.hubKey.coseKey, bytesPerSecond: () => undefined },
      publish: async (topic, message) => {
        this.#note(topic);
        this.asked.push({ topic, message });
        await this.#router.take(topic, message);
      },
      onVersion: () => {
        this.changes++;
      },
      onUnused: ({ code, path }) => this.unused.push([code, path].join(' ').trimEnd()),
    });
    this.#router = this.#hub(ofHub);
  }

  /** Another hub, or the same one after an update: it knows nothing of questions that were asked before. */
  becomes(ofHub: Contract): void {
    this.#router = this.#hub(ofHub);
  }

  connect(): Promise<void> {
    this.questions.offline();
    this.#version.connected();
    this.questions.online();
    return settle();
  }

  get hub(): Pick<Router, 'take'> {
    return this.#router;
  }

  /** Hands the terminal a message of the hub, or a forged one. */
  async deliver({ topic, message }: Sent): Promise<void> {
    // what it does not subscribe does not reach it
    if (this.#contract.versions.includes(readTopic(topic)!.version)) this.questions.take(message, topic);
    await settle();
  }

  async ask(question: Question = challenge, timeoutMs = 15_000) {
    const answer = this.questions.ask(question, { timeoutMs });
    answer.catch(() => undefined); // the test looks later
    await settle();
    return { answer };
  }

  refusal(refused: Buffer, versions: number[], { key = this.hubKey, on = 2 } = {}): Sent {
    const { reply: topic } = topicsOf(terminal, on);
    return { topic, message: signVersionRefusal({ refused, versions }, topic, key) };
  }

  #note(topic: string): void {
    const { version, leaf } = readTopic(topic)!;
    this.wire.push(`${version} ${leaf}`);
  }

  #hub(contract: Contract): Router {
    return new Router({
      ...{ contract, hubKey: this.hubKey, clock: { now: () => this.clock.now(), wall: () => 0 } },
      terminals: {
        find: () => ({
          ...{ terminal, epoch: 1, agentKey: this.agentKey.coseKey, gateKey: this.agentKey.coseKey },
        }),
      },
      ledger: { take: () => [], reported: () => undefined },
      telemetry: { take: () => Promise.reject(new Error('no telemetry here')) as never },
      say: line => this.said.push(line),
      answer: async (_, id) => {
        this.worked.push(id.toString('hex'));
        return { answer: 'challenge', challenge: Buffer.alloc(32, 1) };
      },
      publish: async (topic, message) => {
        this.#note(topic);
        this.answered.push({ topic, message });
        if (this.delivers) await this.deliver({ topic, message });
      },
      keySet: Buffer.from('key set'),
      behaviours: { routing: [], acknowledgement: [] },
    });
  }
}
