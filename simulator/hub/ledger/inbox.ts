// The ledger's inbox: verifies batches when they come, and commits all waiting batches in one transaction. A flush of one
// record takes as long as a flush of thousands.
import type { Contract } from '../../../agent/protocol/contract.ts';
import type { KeyPair } from '../../../agent/protocol/cose-key.ts';
import { type Acknowledgement, readBatch, signAcknowledgement } from '../../../agent/protocol/ledger.ts';
import { elsewhere } from '../../../agent/protocol/place.ts';
import { readTopic, topicsOf } from '../../../agent/protocol/topics.ts';
import { type Behaviour, firstAnswer } from '../service/behaviour.ts';
import type { Terminal, Terminals } from '../store/terminals.ts';
import type { Delivery, Ledger } from './ledger.ts';

/** Receives the ledger's acknowledgement. Its result is sent instead; `'nothing'`: no acknowledgement is sent. */
export type AcknowledgementBehaviour = Behaviour<
  { terminal: string; acknowledgement: Acknowledgement },
  undefined,
  Acknowledgement | 'nothing'
>;

export interface InboxOptions {
  ledger: Pick<Ledger, 'take'>;
  terminals: Pick<Terminals, 'find'>;
  /** What is spoken. Default: what this software speaks. */
  contract?: Contract | undefined;
  hubKey: KeyPair;
  say(line: string): void;
  publish(topic: string, message: Buffer): Promise<void>;
  behaviours: { acknowledgement: readonly AcknowledgementBehaviour[] };
}

export class Inbox {
  readonly #options: InboxOptions;
  #waiting: (Delivery & { topic: string })[] = [];
  #taken: Promise<void> | undefined;

  constructor(options: InboxOptions) {
    this.#options = options;
  }

  /** Resolves when the batch is acknowledged or dropped. Errors: those of readBatch, protocol/place, of the database and of the link. */
  async take(
    { terminal, epoch, agentKey, gateKey }: Terminal,
    topic: string,
    message: Buffer,
  ): Promise<void> {
    const batch = readBatch(message, topic, agentKey, this.#options.contract);
    // A batch may be of an earlier enrolment, if the hub lacks its records. The agent signs it with the key of the present
    // enrolment, but its evidence was signed by the gate of the earlier one.
    if (batch.epoch > epoch) throw elsewhere('epoch');
    const enrolledThen =
      batch.epoch === epoch ? undefined : this.#options.terminals.find(terminal, batch.epoch);
    this.#waiting.push({ batch, gate: enrolledThen?.gateKey ?? gateKey, topic });
    this.#taken ??= this.#takeWaiting();
    await this.#taken;
  }

  async #takeWaiting(): Promise<void> {
    await new Promise(setImmediate); // batches that came in the same read of the socket are verified by then
    const { ledger, say } = this.#options;
    const deliveries = this.#waiting;
    this.#waiting = [];
    this.#taken = undefined;
    const acknowledgements = ledger.take(deliveries);
    await Promise.all(
      acknowledgements.map((acknowledgement, i) => {
        const { from, records } = deliveries[i]!.batch;
        const { terminal, upto } = acknowledgement;
        if (records.length > 0 && upto >= from) say(`ledger: ${terminal} up to ${upto}`);
        return this.#acknowledge(acknowledgement, deliveries[i]!.topic);
      }),
    );
  }

  /** In the version of the batch, which came on `asked`. */
  async #acknowledge(acknowledgement: Acknowledgement, asked: string): Promise<void> {
    const { hubKey, publish, behaviours, contract } = this.#options;
    const { terminal } = acknowledgement;
    const { acknowledgement: topic } = topicsOf(terminal, readTopic(asked)?.version);
    const instead = await firstAnswer(behaviours.acknowledgement, { terminal, acknowledgement }, undefined);
    if (instead !== 'nothing')
      await publish(topic, signAcknowledgement(instead ?? acknowledgement, topic, hubKey, contract));
  }
}
