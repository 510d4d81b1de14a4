// The hub's signed acknowledgements: checked, and compared with the journal.
import { randomBytes } from 'node:crypto';
import type { Journal } from '../journal/journal.ts';
import { isDiskTrouble, isForeignToHub, isRecycled } from '../journal/journal-error.ts';
import type { Unused } from '../link/unused.ts';
import type { Contract } from '../protocol/contract.ts';
import type { CoseKey } from '../protocol/cose-key.ts';
import { isProtocolError } from '../protocol/error.ts';
import { type Acknowledgement, readAcknowledgement } from '../protocol/ledger.ts';
import { readTopic } from '../protocol/topics.ts';
import type { DrainEvent } from './drain-machine.ts';

export interface AcknowledgementsOptions {
  journal: Journal;
  epoch: number;
  contract?: Contract | undefined;
  hubKey: () => CoseKey;
  /** Whether the journal drops its oldest records when it is full. */
  mayDrop: boolean;
  onRefused: ((refused: Acknowledgement['refused']) => void) | undefined;
  /** Called for each acknowledgement that is not used, but for those of a former enrolment's journal, which has its own drain. */
  onUnused?: (unused: Unused) => void;
}

const outdated = (path: string) => ({ code: 'unused/outdated', path });

export interface Taken {
  event: DrainEvent;
  /** The cursor was found in the journal. */
  found: boolean;
}

export class Acknowledgements {
  readonly #options: AcknowledgementsOptions;
  /** Random. An acknowledgement of an earlier session, which anybody may have kept, says nothing about this one. */
  #session = randomBytes(16);
  /** The highest generation that came in this session. */
  #generation = 0;
  /** Whether a lower one came after it. */
  #receivedLower = false;
  /** Number of the last refused record that was reported. */
  #refusedUpto = 0;

  constructor(options: AcknowledgementsOptions) {
    this.#options = options;
  }

  /** For the batches: the hub repeats it. */
  get session(): Buffer {
    return this.#session;
  }

  /**
   * After a wait that brought nothing that could be used. A lower generation may be an old answer, which came late: so the hub is asked in a
   * new session, and what it answers there is its present word, whatever generation it named before.
   */
  renew(): void {
    if (!this.#receivedLower) return;
    this.#session = randomBytes(16);
    this.#generation = 0;
    this.#receivedLower = false;
  }

  /** Moves the journal's cursor. `topic`: on which it came; it is signed for it. Undefined where the message was dropped. Errors: JournalError where hub and journal disagree. */
  async take(payload: Buffer, topic: string): Promise<Taken | undefined> {
    const { journal, epoch, hubKey, contract, mayDrop } = this.#options;
    const drop = (why: Omit<Unused, 'topic'>) => this.#drop(topic, why);
    try {
      const word = readAcknowledgement(payload, topic, hubKey(), contract);
      if (word.epoch !== epoch) return word.epoch < epoch ? undefined : drop(outdated('epoch'));
      if (!word.session.equals(this.#session)) return drop(outdated('session'));
      if (word.generation < this.#generation && !mayDrop) {
        this.#receivedLower = true;
        return drop(outdated('generation'));
      }
      this.#generation = word.generation;
      const found = await journal.acknowledge({ seq: word.upto, tag: word.tag, generation: word.generation });
      this.#reportRefused(word.refused);
      const { seq } = journal.acknowledged;
      return { found, event: !found && word.upto < seq ? { is: 'behind' } : { is: 'acknowledged', seq } };
    } catch (error) {
      const why = this.#whyNot(error);
      if (!why) throw error;
      return drop(why);
    }
  }

  /** Each number once: a batch that is sent again brings the same ones again. */
  #reportRefused(refused: Acknowledgement['refused']): void {
    const fresh = refused.filter(({ seq }) => seq > this.#refusedUpto);
    if (fresh.length === 0) return;
    this.#refusedUpto = fresh.at(-1)!.seq;
    this.#options.onRefused?.(fresh);
  }

  #whyNot(error: unknown): Omit<Unused, 'topic'> | undefined {
    if (isProtocolError(error)) return error;
    // a log that may lose records is no evidence of anything: a right acknowledgement may follow a wrong one
    if (this.#options.mayDrop && isForeignToHub(error)) return { code: 'unused/foreign', path: 'upto' };
    // the drain asks for the cursor again after the wait that runs
    if (isDiskTrouble(error) || (this.#options.mayDrop && isRecycled(error)))
      return { code: 'unused/unwritten' };
    return undefined;
  }

  #drop(topic: string, { code, path }: Omit<Unused, 'topic'>): undefined {
    const place = readTopic(topic);
    if (place) this.#options.onUnused?.({ topic: place.leaf, code, path });
  }
}
