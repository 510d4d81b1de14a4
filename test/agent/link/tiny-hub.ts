// As much of a hub as the link's tests need: a ledger in memory, and answers as the test says.
import { connectAsync, type MqttClient } from 'mqtt';
import { type KeyPair, newKeyPair } from '../../../agent/protocol/cose-key.ts';
import {
  type AnswerEnvelope,
  type QuestionEnvelope,
  readQuestion,
  signAnswer,
} from '../../../agent/protocol/exchange.ts';
import { type Acknowledgement, readBatch, signAcknowledgement } from '../../../agent/protocol/ledger.ts';
import { type Presence, readPresence } from '../../../agent/protocol/presence.ts';
import { hubSubscriptions, readTopic, topicsOf } from '../../../agent/protocol/topics.ts';
import { digestOf, signVersionRefusal } from '../../../agent/protocol/version-refusal.ts';

export const terminal = 'shop-1';
export const epoch = 1;
export const topics = topicsOf(terminal);

// One pair for all tests of a file: a presence is retained, and the next test's hub reads it.
const hubKey = newKeyPair();
const agentKey = newKeyPair();

export class TinyHub {
  readonly key = hubKey;
  readonly agentKey = agentKey;
  /** Records in the order in which they came, each once; `tags` beside them. */
  readonly rows: Buffer[] = [];
  readonly tags: Buffer[] = [];
  readonly presences: Presence[] = [];
  batches = 0;
  /** Of the last batch. */
  session: Buffer = Buffer.alloc(16);
  repeated = 0;
  generation = 1;
  /** False: takes records and says nothing. */
  acknowledges = true;
  onQuestion: (question: QuestionEnvelope) => void = () => undefined;
  onPresence: (presence: Presence) => void = () => undefined;
  onBatch: () => void = () => undefined;
  /** A question of another version than 1: this hub refuses it. */
  onOther: (topic: string) => void = () => undefined;
  #client: MqttClient | undefined;

  /** Connects and stays: mqtt.js's own reconnecting is good enough for a test's hub. */
  async connect(url: string): Promise<void> {
    this.#client = await connectAsync(url, { protocolVersion: 5, reconnectPeriod: 20, clientId: 'hub' });
    this.#client.on('error', () => undefined); // it tries again
    this.#client.on('message', (topic, payload) => this.#take(topic, payload));
    await this.#client.subscribeAsync(hubSubscriptions([1]), { qos: 1 });
  }

  async close(): Promise<void> {
    await this.#client?.endAsync(true);
  }

  answer(envelope: AnswerEnvelope, key: KeyPair = this.key, signedFor = topics.reply): Promise<unknown> {
    return this.#send(topics.reply, signAnswer(envelope, signedFor, key));
  }

  acknowledge(changes: Partial<Acknowledgement> = {}, key: KeyPair = this.key): Promise<unknown> {
    const upto = this.rows.length;
    const tag = this.tags.at(-1) ?? Buffer.alloc(16);
    const { session, generation } = this;
    const word = { terminal, epoch, session, upto, tag, generation, refused: [], ...changes };
    return this.#send(topics.acknowledgement, signAcknowledgement(word, topics.acknowledgement, key));
  }

  #send(topic: string, payload: Buffer): Promise<unknown> {
    return this.#client!.publishAsync(topic, payload, { qos: 1 });
  }

  #take(topic: string, payload: Buffer): void {
    if (topic === topics.request) this.onQuestion(readQuestion(payload, topic, this.agentKey.coseKey));
    const version = readTopic(topic)?.version;
    if (version !== undefined && version > 1) this.#refuse(version, payload);
    if (topic === topics.ledger) this.#record(payload);
    if (topic === topics.presence) {
      this.presences.push(readPresence(payload, topic, this.agentKey.coseKey));
      this.onPresence(this.presences.at(-1)!);
    }
  }

  #refuse(version: number, payload: Buffer): void {
    const { request, reply } = topicsOf(terminal, version);
    this.onOther(request);
    void this.#send(
      reply,
      signVersionRefusal({ refused: digestOf(payload), versions: [1] }, reply, this.key),
    );
  }

  #record(payload: Buffer): void {
    const { session, from, records } = readBatch(payload, topics.ledger, this.agentKey.coseKey);
    this.session = session;
    this.batches++;
    for (const [i, { tag, body }] of records.entries()) {
      const seq = from + i;
      if (seq === this.rows.length + 1) {
        this.rows.push(body);
        this.tags.push(tag);
      } else if (seq <= this.rows.length) this.repeated++;
    }
    this.onBatch();
    if (this.acknowledges && this.#client?.connected) void this.acknowledge().catch(() => undefined); // cut meanwhile
  }
}
