// The ledger's door: verifies batches as they come, and commits all that wait in one transaction, because a flush costs
// as much for one record as for thousands.
import type { KeyPair } from '../../../agent/protocol/cose-key.ts';
import { type Acknowledgement, readBatch, signAcknowledgement } from '../../../agent/protocol/ledger.ts';
import { topicsOf } from '../../../agent/protocol/topics.ts';
import { type Behaviour, firstAnswer } from '../service/behaviour.ts';
import type { Terminal, Terminals } from '../store/terminals.ts';
import type { Delivery, Ledger } from './ledger.ts';

/** Hears what the ledger would acknowledge; what it returns is sent instead. `'nothing'`: nothing is. */
export type AcknowledgementBehaviour = Behaviour<
  { terminal: string; acknowledgement: Acknowledgement },
  undefined,
  Acknowledgement | 'nothing'
>;

export interface InboxOptions {
  ledger: Pick<Ledger, 'take'>;
  terminals: Pick<Terminals, 'find'>;
  hubKey: KeyPair;
  say(line: string): void;
  publish(topic: string, message: Buffer): Promise<void>;
  behaviours: { acknowledgement: readonly AcknowledgementBehaviour[] };
}

export class Inbox {
  readonly #options: InboxOptions;
  #waiting: Delivery[] = [];
  #taken: Promise<void> | undefined;

  constructor(options: InboxOptions) {
    this.#options = options;
  }

  /** Resolves when the batch is acknowledged, or dropped. Errors: those of readBatch; what the database or the link said. */
  async take(
    { terminal, epoch, agentKey, gateKey }: Terminal,
    topic: string,
    message: Buffer,
  ): Promise<void> {
    const batch = readBatch(message, topic, agentKey);
    // of an earlier enrolment too: what the hub lacks of it is delivered under the agent's key of the last one, but its
    // evidence is of the gate that there was
    if (batch.terminal !== terminal || batch.epoch > epoch)
      return this.#options.say(`ledger: dropped a batch of ${terminal}: it is of another terminal or epoch`);
    const then = batch.epoch === epoch ? undefined : this.#options.terminals.find(terminal, batch.epoch);
    this.#waiting.push({ batch, gate: then?.gateKey ?? gateKey });
    this.#taken ??= this.#takeWaiting();
    await this.#taken;
  }

  async #takeWaiting(): Promise<void> {
    await new Promise(setImmediate); // what came in the same read of the socket is verified by then
    const { ledger, say } = this.#options;
    const deliveries = this.#waiting;
    this.#waiting = [];
    this.#taken = undefined;
    const acknowledgements = ledger.take(deliveries);
    await Promise.all(
      acknowledgements.map((word, i) => {
        const { from, records } = deliveries[i]!.batch;
        if (records.length > 0 && word.upto >= from) say(`ledger: ${word.terminal} up to ${word.upto}`);
        return this.#acknowledge(word);
      }),
    );
  }

  async #acknowledge(acknowledgement: Acknowledgement): Promise<void> {
    const { hubKey, publish, behaviours } = this.#options;
    const { terminal } = acknowledgement;
    const { acknowledgement: topic } = topicsOf(terminal);
    const told = await firstAnswer(behaviours.acknowledgement, { terminal, acknowledgement }, undefined);
    if (told !== 'nothing') await publish(topic, signAcknowledgement(told ?? acknowledgement, topic, hubKey));
  }
}
