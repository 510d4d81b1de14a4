// A scripted terminal at the hub's broker. It says what it is told to, right or wrong, and reads what comes as strictly as a terminal does.
import { randomBytes } from 'node:crypto';
import { isIP } from 'node:net';
import { TLSSocket } from 'node:tls';
import mqtt, { type IClientOptions, type MqttClient } from 'mqtt';
import { contextOf } from '../../agent/protocol/context.ts';
import { verify1 } from '../../agent/protocol/cose-sign1.ts';
import { isProtocolError } from '../../agent/protocol/error.ts';
import {
  type Answer,
  type Question,
  readAnswer,
  readExchangeId,
  signQuestion,
} from '../../agent/protocol/exchange.ts';
import { readAcknowledgement } from '../../agent/protocol/ledger.ts';
import { type Presence, signPresence } from '../../agent/protocol/presence.ts';
import { readTopic, type Topics, topicsOf } from '../../agent/protocol/topics.ts';
import { readVersionRefusal } from '../../agent/protocol/version-refusal.ts';
import { Failure } from '../check.ts';
import { pemOf } from './certificates.ts';
import type { Enrolled } from './enrolled.ts';

/** A version that a hub may speak, and this kit does not. */
const nextVersion = 2;
/** A version that no hub speaks. */
export const strangeVersion = 250;

export interface Received {
  topic: string;
  message: Buffer;
}

/** Messages of the hub that break the contract, in words. One list for all terminals of a run. */
export type BrokenMessages = string[];

const answerMs = 10_000;
const connectMs = 10_000;

/** What one client at the broker needs; a check may say something else of it. */
export const clientOptions = ({ keys, grant, terminal }: Enrolled): IClientOptions => {
  const host = new URL(grant.broker).hostname;
  return {
    ...{ protocolVersion: 5, clientId: terminal, clean: true, keepalive: 30, reconnectPeriod: 0 },
    ...{ ca: grant.authority, cert: grant.certificate, key: pemOf(keys.link), minVersion: 'TLSv1.3' },
    ...(isIP(host.replace(/^\[|\]$/g, '')) === 0 && { servername: host }),
    ...{ connectTimeout: connectMs, properties: { maximumPacketSize: 1_049_600 } },
  } as IClientOptions;
};

/** The connected client, or why the broker did not take it. */
export async function connectTo(
  url: string,
  options: IClientOptions,
): Promise<MqttClient | { refused: string }> {
  const client = mqtt.connect(url.replace(/\/?$/, ''), options);
  const ended = new Promise<{ refused: string }>(resolve => {
    let why = 'the connection was closed';
    client.on('error', error => {
      why = error.message;
    });
    client.once('close', () => resolve({ refused: why }));
  });
  const connected = new Promise<MqttClient>(resolve => client.once('connect', () => resolve(client)));
  const came = await Promise.race([connected, ended]);
  if ('refused' in came) client.end(true);
  // a small message is sent at once: 40 ms less for each
  else if (client.stream instanceof TLSSocket) client.stream.setNoDelay(true);
  return came;
}

export class TerminalClient {
  readonly enrolled: Enrolled;
  readonly topics: Topics;
  readonly received: Received[] = [];
  readonly #session: Buffer;
  readonly #client: MqttClient;
  readonly #broken: BrokenMessages;
  /** Rejects when the connection ends: then no PUBACK comes any more. */
  readonly #closed: Promise<never>;
  #waiting: (() => void)[] = [];

  private constructor(enrolled: Enrolled, session: Buffer, client: MqttClient, broken: BrokenMessages) {
    this.enrolled = enrolled;
    this.topics = topicsOf(enrolled.terminal);
    this.#session = session;
    this.#client = client;
    this.#broken = broken;
    this.#closed = new Promise((_, reject) =>
      client.once('close', () => reject(new Error('the broker closed the connection'))),
    );
    this.#closed.catch(() => undefined); // it may end while nothing is published
    client.on('message', (topic, message) => this.#take({ topic, message }));
  }

  /** Connects, subscribes and publishes its birth. Errors: Failure where the broker does not let it. */
  static async connect(enrolled: Enrolled, broken: BrokenMessages): Promise<TerminalClient> {
    const session = randomBytes(16);
    const topics = topicsOf(enrolled.terminal);
    const payload = presenceOf(enrolled, { session, online: false, versions: [1] });
    const will = { topic: topics.presence, payload, qos: 1, retain: true } as const;
    const client = await connectTo(enrolled.grant.broker, { ...clientOptions(enrolled), will });
    const expected = 'CONNACK with success';
    if ('refused' in client) throw new Failure({ sent: 'CONNECT of MQTT 5', expected, came: client.refused });
    const terminal = new TerminalClient(enrolled, session, client, broken);
    const { reply, acknowledgement, telemetryAcknowledgement, keySet } = topics;
    const read = [reply, acknowledgement, telemetryAcknowledgement, keySet, topics.presence];
    const other = [nextVersion, strangeVersion].map(version => topicsOf(enrolled.terminal, version));
    const ofOther = other.flatMap(one => [one.reply, one.acknowledgement, one.keySet]);
    await client.subscribeAsync([...read, ...ofOther], { qos: 1 });
    await terminal.appear([1]);
    return terminal;
  }

  /** Publishes its presence with these versions. */
  async appear(versions: number[]): Promise<void> {
    const presence = presenceOf(this.enrolled, { session: this.#session, online: true, versions });
    await this.#client.publishAsync(this.topics.presence, presence, { qos: 1, retain: true });
  }

  get isConnected(): boolean {
    return this.#client.connected;
  }

  /** Resolves with PUBACK. Errors: Error with the broker's reason where it refuses; the connection's end. */
  async publish(topic: string, message: Buffer): Promise<void> {
    await Promise.race([this.#client.publishAsync(topic, message, { qos: 1 }), this.#closed]);
  }

  /** The first message from the place `since` of `received` on that fits. Undefined where none comes within `waitMs`. */
  async next<T>(
    fits: (received: Received) => T | undefined,
    { since = this.received.length, waitMs = answerMs } = {},
  ): Promise<T | undefined> {
    const deadline = performance.now() + waitMs;
    for (let at = since; ; at++) {
      while (at >= this.received.length) {
        const leftMs = deadline - performance.now();
        if (leftMs <= 0) return undefined;
        await this.#more(leftMs);
        if (at >= this.received.length && performance.now() >= deadline) return undefined;
      }
      const found = fits(this.received[at]!);
      if (found !== undefined) return found;
    }
  }

  /** The next answer to question `id`; undefined where none comes. */
  answerTo(
    id: Buffer,
    { since = this.received.length, waitMs = answerMs } = {},
  ): Promise<Answer | undefined> {
    const { reply } = this.topics;
    const { hub } = this.enrolled.hub;
    return this.next(
      ({ topic, message }) => {
        if (topic !== reply || !readExchangeId(message, reply, hub)?.equals(id)) return undefined;
        try {
          return readAnswer(message, reply, hub).answer;
        } catch (error) {
          if (!isProtocolError(error)) throw error;
          const came = `one that breaks the contract (${error.code} ${error.path ?? ''})`;
          const what = { sent: 'a question', expected: 'an answer of the contract', came };
          throw new Failure({ ...what, of: ['MDG-H-001'] });
        }
      },
      { since, waitMs },
    );
  }

  /** Asks once. Errors: Failure where no answer comes. */
  async ask(question: Question, options: { id?: Buffer; waitsMs?: number } = {}): Promise<Answer> {
    const { id = randomBytes(16), waitsMs = answerMs } = options;
    const { request } = this.topics;
    const since = this.received.length;
    await this.publish(request, signQuestion({ id, waitsMs, question }, request, this.enrolled.keys.agent));
    const answer = await this.answerTo(id, { since, waitMs: waitsMs });
    if (answer) return answer;
    throw new Failure({
      sent: question.ask,
      expected: 'an answer',
      came: `nothing within ${waitsMs / 1000} s`,
    });
  }

  /** Says good-bye; a broker that does not take that is left without. */
  async close(): Promise<void> {
    const patience = setTimeout(() => this.#client.end(true), 1_000);
    await Promise.race([this.#client.endAsync().catch(() => undefined), this.#closed.catch(() => undefined)]);
    clearTimeout(patience);
  }

  #more(waitMs: number): Promise<void> {
    return new Promise(resolve => {
      const timer = setTimeout(resolve, waitMs);
      this.#waiting.push(() => {
        clearTimeout(timer);
        resolve();
      });
    });
  }

  #take(received: Received): void {
    this.#note(received);
    this.received.push(received);
    for (const wake of this.#waiting.splice(0)) wake();
  }

  /** What a terminal would drop is noted, but for what the hub did not sign: anybody may have sent that. A key set has its own check. */
  #note({ topic, message }: Received): void {
    try {
      this.#read(topic, message);
    } catch (error) {
      if (!isProtocolError(error)) throw error;
      if (error.code !== 'protocol/signature')
        this.#broken.push(`a message on ${topic} (${[error.code, error.path ?? ''].join(' ').trim()})`);
    }
  }

  #read(topic: string, message: Buffer): void {
    const { hub } = this.enrolled.hub;
    const leaf = readTopic(topic)?.leaf;
    if (leaf === 'reply' && isVersionRefusal(verify1(message, hub, contextOf.topic(topic))))
      readVersionRefusal(message, topic, hub);
    else if (leaf === 'reply') readAnswer(message, topic, hub);
    else if (leaf === 'acknowledgement' || leaf === 'telemetryAcknowledgement')
      readAcknowledgement(message, topic, hub);
  }
}

const presenceOf = (
  { terminal, epoch, keys }: Enrolled,
  more: Pick<Presence, 'session' | 'online' | 'versions'>,
): Buffer =>
  signPresence(
    { terminal, epoch, software: 'madoguchi conformance', ...more },
    topicsOf(terminal).presence,
    keys.agent,
  );

const isVersionRefusal = (body: unknown): boolean =>
  typeof body === 'object' && body !== null && 'refused' in body;
