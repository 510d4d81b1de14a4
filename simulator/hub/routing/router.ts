// Between the broker and the services: verifies every message under its terminal's key, and signs every answer.
// The broker is not believed: a message that does not verify on its topic is dropped and told of.
import { encode } from '../../../agent/protocol/cbor.ts';
import { isProtocolError } from '../../../agent/protocol/error.ts';
import { type Answer, type Question, readQuestion, signAnswer } from '../../../agent/protocol/exchange.ts';
import { signAcknowledgement } from '../../../agent/protocol/ledger.ts';
import { type Presence, readPresence } from '../../../agent/protocol/presence.ts';
import { readTelemetryBatch } from '../../../agent/protocol/telemetry.ts';
import { readTopic, topicsOf } from '../../../agent/protocol/topics.ts';
import { Inbox, type InboxOptions } from '../ledger/inbox.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { type Behaviour, firstAnswer } from '../service/behaviour.ts';
import type { HubClock } from '../service/hub-clock.ts';
import type { Terminal } from '../store/terminals.ts';
import type { Telemetry } from '../telemetry/telemetry.ts';
import { AnswersGiven } from './answers-given.ts';

/** What a routing behaviour can do: ask the services, and send an answer, as often and as late as it likes. */
export interface DoorState {
  answer(): Promise<Answer>;
  send(answer: Answer): Promise<void>;
}

/** `'nothing'`: nothing more is sent. */
export type RoutingBehaviour = Behaviour<
  { terminal: string; question: Question },
  DoorState,
  Answer | 'nothing'
>;

export interface RouterOptions extends InboxOptions {
  ledger: Pick<Ledger, 'take' | 'journalStopped'>;
  telemetry: Pick<Telemetry, 'take'>;
  clock: HubClock;
  /** The services' answer (desk.ts). */
  answer(terminal: string, question: Question): Promise<Answer>;
  behaviours: InboxOptions['behaviours'] & { routing: readonly RoutingBehaviour[] };
}

const changed: Answer = { answer: 'refused', leg: 'hub', code: 'hub/questionChanged' };

export class Router {
  readonly #options: RouterOptions;
  readonly #inbox: Inbox;
  readonly #given = new AnswersGiven();
  readonly #present = new Map<string, Presence>();

  constructor(options: RouterOptions) {
    this.#options = options;
    this.#inbox = new Inbox(options);
  }

  /** Takes one message from the broker. Never throws: what can't be used is dropped and told of. */
  async take(topic: string, message: Buffer): Promise<void> {
    const { terminals, say } = this.#options;
    const place = readTopic(topic);
    const terminal = place && terminals.find(place.terminal);
    if (!place || !terminal) return say(`hub: dropped a message on ${topic}: no terminal is enrolled there`);
    try {
      if (place.leaf === 'request') await this.#question(terminal, topic, message);
      else if (place.leaf === 'ledger') await this.#inbox.take(terminal, topic, message);
      else if (place.leaf === 'telemetry') await this.#telemetry(terminal, topic, message);
      else if (place.leaf === 'presence') this.#presence(terminal, topic, message);
    } catch (error) {
      const why = isProtocolError(error) ? error.code : error instanceof Error ? error.message : 'unknown';
      say(`hub: dropped a message on ${topic}: ${why}`);
    }
  }

  /** Who is connected now, as their own signed word has it. */
  present(): string[] {
    return [...this.#present.values()].filter(({ online }) => online).map(({ terminal }) => terminal);
  }

  async #question({ terminal, agentKey }: Terminal, topic: string, message: Buffer): Promise<void> {
    const { clock, say, behaviours } = this.#options;
    const received = clock.now();
    const { id, waitsMs, question } = readQuestion(message, topic, agentKey);
    const answer = () => this.#answer(terminal, id, question);
    const send = (given: Answer) => this.#send(terminal, id, given);
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
    if (question.ask !== 'fetch' || question.offset === 0)
      say(`hub: ${question.ask} of ${terminal}: ${outcome}`);
  }

  #answer(terminal: string, id: Buffer, question: Question): Promise<Answer> {
    const make = () => this.#options.answer(terminal, question);
    // a piece of a document is the same however often it is asked for, and is not kept longer than the document
    return question.ask === 'fetch'
      ? make()
      : this.#given.once(terminal, id, encode(question), make, changed);
  }

  async #send(terminal: string, id: Buffer, answer: Answer): Promise<void> {
    const { reply } = topicsOf(terminal);
    await this.#options.publish(reply, signAnswer({ id, answer }, reply, this.#options.hubKey));
  }

  async #telemetry({ terminal, epoch, agentKey }: Terminal, topic: string, message: Buffer): Promise<void> {
    const { telemetry, hubKey, publish } = this.#options;
    const batch = readTelemetryBatch(message, topic, agentKey);
    if (batch.terminal !== terminal || batch.epoch !== epoch) return;
    const { telemetryAcknowledgement: reply } = topicsOf(terminal);
    await publish(reply, signAcknowledgement(telemetry.take(batch), reply, hubKey));
  }

  #presence({ terminal, epoch, agentKey }: Terminal, topic: string, message: Buffer): void {
    const presence = readPresence(message, topic, agentKey);
    if (presence.terminal !== terminal || presence.epoch !== epoch) return;
    const known = this.#present.get(terminal);
    // the will of an older session says nothing of the one that is there now
    if (!presence.online && known?.online && !known.session.equals(presence.session)) return;
    this.#present.set(terminal, presence);
    this.#options.say(`hub: ${terminal} is ${presence.online ? 'there' : 'gone'}`);
    const { stopped } = presence;
    if (stopped) this.#options.ledger.journalStopped(terminal, epoch, stopped.code, stopped.evidence);
  }
}
