// Between the broker and the services: verifies every message with its terminal's key, and signs every answer.
// The broker is not trusted: a message that does not verify for its topic is dropped, and the log says so.
import { encode } from '../../../agent/protocol/cbor.ts';
import { contextOf } from '../../../agent/protocol/context.ts';
import { type Contract, contract } from '../../../agent/protocol/contract.ts';
import type { CoseKey } from '../../../agent/protocol/cose-key.ts';
import { verify1 } from '../../../agent/protocol/cose-sign1.ts';
import { isProtocolError, wrongField } from '../../../agent/protocol/error.ts';
import {
  type Answer,
  type Question,
  type QuestionEnvelope,
  readExchangeId,
  readQuestion,
  signAnswer,
} from '../../../agent/protocol/exchange.ts';
import { signAcknowledgement } from '../../../agent/protocol/ledger.ts';
import { boundTo } from '../../../agent/protocol/place.ts';
import { type Presence, readPresence } from '../../../agent/protocol/presence.ts';
import { readTelemetryBatch } from '../../../agent/protocol/telemetry.ts';
import { readTopic, topicsOf } from '../../../agent/protocol/topics.ts';
import { digestOf, signVersionRefusal } from '../../../agent/protocol/version-refusal.ts';
import { commonVersion } from '../../../agent/protocol/versions.ts';
import { Inbox, type InboxOptions } from '../ledger/inbox.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { type Behaviour, firstAnswer } from '../service/behaviour.ts';
import type { HubClock } from '../service/hub-clock.ts';
import type { Terminal } from '../store/terminals.ts';
import { Takeovers } from '../telemetry/takeovers.ts';
import type { Telemetry } from '../telemetry/telemetry.ts';
import { AnswerCache } from './answer-cache.ts';

/** The actions of a routing behaviour: ask the services, and send an answer, at any time and any number of times. */
export interface RoutingState {
  answer(): Promise<Answer>;
  send(answer: Answer): Promise<void>;
}

/** `'nothing'`: the router sends no answer. */
export type RoutingBehaviour = Behaviour<
  { terminal: string; question: Question },
  RoutingState,
  Answer | 'nothing'
>;

export interface RouterOptions extends InboxOptions {
  ledger: Pick<Ledger, 'take' | 'reported'>;
  telemetry: Pick<Telemetry, 'take'>;
  clock: HubClock;
  /** The services' answer (question-routing.ts). */
  answer(terminal: string, id: Buffer, question: Question): Promise<Answer>;
  /** The youngest signed key set. Each terminal that comes gets it. */
  keySet: Buffer;
  publish(topic: string, message: Buffer, options?: { retain: boolean }): Promise<void>;
  behaviours: InboxOptions['behaviours'] & { routing: readonly RoutingBehaviour[] };
}

const changed: Answer = { answer: 'refused', service: 'hub', code: 'hub/questionChanged' };
const malformed: Answer = { answer: 'refused', service: 'hub', code: 'hub/malformed' };

export class Router {
  readonly #options: RouterOptions;
  readonly #contract: Contract;
  readonly #inbox: Inbox;
  readonly #answers: AnswerCache;
  readonly #takeovers = new Takeovers();
  readonly #present = new Map<string, Presence>();

  constructor(options: RouterOptions) {
    this.#options = options;
    this.#contract = options.contract ?? contract;
    this.#inbox = new Inbox(options);
    this.#answers = new AnswerCache(options.clock.now);
  }

  /** Receives one message from the broker. It never throws: a message that cannot be used is dropped and logged. */
  async take(topic: string, message: Buffer): Promise<void> {
    const { terminals, say } = this.#options;
    const place = readTopic(topic);
    const terminal = place && terminals.find(place.terminal);
    if (!place || !terminal) return say(`hub: dropped a message on ${topic}: no terminal is enrolled there`);
    try {
      if (place.leaf === 'presence') await this.#presence(terminal, topic, message);
      else if (!this.#contract.versions.includes(place.version))
        await this.#otherVersion(terminal, topic, message, place);
      else if (place.leaf === 'request') await this.#question(terminal, topic, message);
      else if (place.leaf === 'ledger') await this.#inbox.take(terminal, topic, message);
      else if (place.leaf === 'telemetry') await this.#telemetry(terminal, topic, message);
    } catch (error) {
      const why = isProtocolError(error)
        ? [error.code, error.path ?? ''].join(' ').trimEnd()
        : error instanceof Error
          ? error.message
          : 'unknown';
      say(`hub: dropped a message on ${topic}: ${why}`);
    }
  }

  /** The terminals that are connected, according to their own signed presence messages. */
  present(): string[] {
    return [...this.#present.values()].filter(({ online }) => online).map(({ terminal }) => terminal);
  }

  async #question({ terminal, agentKey }: Terminal, topic: string, message: Buffer): Promise<void> {
    const { clock, say, behaviours } = this.#options;
    const received = clock.now();
    const { reply } = topicsOf(terminal, readTopic(topic)?.version);
    const { id, waitsMs, question } = await this.#read(reply, topic, message, agentKey);
    const answer = () => this.#answer(terminal, { id, waitsMs, question });
    const send = (sent: Answer) => this.#send(reply, id, sent);
    const answered = await firstAnswer(
      [...behaviours.routing, answer],
      { terminal, question },
      { answer, send },
    );
    if (answered === undefined || answered === 'nothing') return;
    if (clock.now() - received > waitsMs)
      return say(`hub: ${question.ask} of ${terminal} took too long: nobody waits for the answer`);
    await send(answered);
    const outcome = answered.answer === 'refused' ? `refused, ${answered.code}` : 'answered';
    if (question.ask !== 'probe' && (question.ask !== 'fetch' || question.offset === 0))
      say(`hub: ${question.ask} of ${terminal}: ${outcome}`);
  }

  /** One that its terminal signed and that breaks the contract is refused, so that the terminal need not wait. Errors: protocol/*. */
  async #read(reply: string, topic: string, message: Buffer, agentKey: CoseKey): Promise<QuestionEnvelope> {
    try {
      return readQuestion(message, topic, agentKey, this.#contract);
    } catch (error) {
      const id = isProtocolError(error) ? readExchangeId(message, topic, agentKey) : undefined;
      if (id) await this.#send(reply, id, { ...malformed, ...wrongField(error) });
      throw error;
    }
  }

  /** Tells a terminal which versions this hub speaks. The question can't be read, but it is the terminal's own. */
  async #otherVersion(
    { terminal, agentKey }: Terminal,
    topic: string,
    message: Buffer,
    { version, leaf }: { version: number; leaf: string },
  ): Promise<void> {
    const { hubKey, publish, say } = this.#options;
    if (leaf !== 'request') return;
    verify1(message, agentKey, contextOf.topic(topic));
    const { reply } = topicsOf(terminal, version);
    say(`hub: a question of ${terminal} in version ${version}, which this hub does not speak`);
    await publish(
      reply,
      signVersionRefusal(
        { refused: digestOf(message), versions: [...this.#contract.versions] },
        reply,
        hubKey,
      ),
    );
  }

  #answer(terminal: string, { id, waitsMs, question }: QuestionEnvelope): Promise<Answer> {
    const make = () => this.#options.answer(terminal, id, question);
    // a piece of a document is always the same, and must not be kept longer than the document; a probe asks for the present
    return question.ask === 'fetch' || question.ask === 'probe'
      ? make()
      : this.#answers.once({ terminal, id, waitsMs, question: encode(question) }, make, changed);
  }

  async #send(reply: string, id: Buffer, answer: Answer): Promise<void> {
    await this.#options.publish(
      reply,
      signAnswer({ id, answer }, reply, this.#options.hubKey, this.#contract),
    );
  }

  async #telemetry({ terminal, epoch, agentKey }: Terminal, topic: string, message: Buffer): Promise<void> {
    const { telemetry, hubKey, publish } = this.#options;
    const batch = boundTo(readTelemetryBatch(message, topic, agentKey, this.#contract), 'epoch', epoch);
    const { telemetryAcknowledgement: reply } = topicsOf(terminal, readTopic(topic)?.version);
    const known = telemetry.take(batch);
    if (this.#takeovers.take(batch, this.#options.clock.now()))
      this.#options.ledger.reported(terminal, epoch, 'link/takenOver');
    await publish(reply, signAcknowledgement(known, reply, hubKey, this.#contract));
  }

  async #presence({ terminal, epoch, agentKey }: Terminal, topic: string, message: Buffer): Promise<void> {
    const presence = boundTo(readPresence(message, topic, agentKey), 'epoch', epoch);
    const known = this.#present.get(terminal);
    // the will message of an older session does not apply to the present session
    if (!presence.online && known?.online && !known.session.equals(presence.session)) return;
    this.#present.set(terminal, presence);
    this.#options.say(`hub: ${terminal} is ${presence.online ? 'there' : 'gone'}`);
    const version = commonVersion(presence.versions, this.#contract.versions);
    if (presence.online && version === undefined)
      this.#options.say(
        `hub: ${terminal} speaks versions ${presence.versions}, and none that this hub speaks`,
      );
    const { stopped } = presence;
    if (stopped) this.#options.ledger.reported(terminal, epoch, stopped.code, stopped.evidence);
    if (!presence.online || version === undefined) return;
    const { keySet } = topicsOf(terminal, version);
    await this.#options.publish(keySet, this.#options.keySet, { retain: true });
  }
}
