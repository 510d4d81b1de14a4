// The hub's signed acknowledgements: checked, and compared with the journal.
import type { Journal } from '../journal/journal.ts';
import { isDiskTrouble, isForeignToHub, isJournalError, isRecycled } from '../journal/journal-error.ts';
import type { Unused } from '../link/unused.ts';
import type { CoseKey } from '../protocol/cose-key.ts';
import { isProtocolError } from '../protocol/error.ts';
import { type Acknowledgement, readAcknowledgement } from '../protocol/ledger.ts';
import { readTopic } from '../protocol/topics.ts';
import type { DrainEvent } from './drain-machine.ts';

export interface AcknowledgementsOptions {
  journal: Journal;
  /** Topic on which they come; they are signed for it. */
  topic: string;
  epoch: number;
  /** Of this run. An acknowledgement of an earlier run, which anybody may have kept, says nothing about this one. */
  session: Buffer;
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
  /** Not the hub's; of another run, enrolment or generation; not taken by the disk. */
  readonly dropped = { forged: 0, outdated: 0, unwritten: 0 };
  readonly #options: AcknowledgementsOptions;
  /** Number of the last refused record that was told. */
  #refusedUpto = 0;

  constructor(options: AcknowledgementsOptions) {
    this.#options = options;
  }

  /** Moves the journal's cursor. Undefined where the message was dropped. Errors: JournalError where hub and journal disagree. */
  async take(payload: Buffer): Promise<Taken | undefined> {
    const { journal, topic, epoch, session, hubKey } = this.#options;
    try {
      const word = readAcknowledgement(payload, topic, hubKey());
      if (word.epoch !== epoch)
        return this.#drop('outdated', word.epoch < epoch ? undefined : outdated('epoch'));
      if (!word.session.equals(session)) return this.#drop('outdated', outdated('session'));
      const found = await journal.acknowledge({ seq: word.upto, tag: word.tag, generation: word.generation });
      this.#tellRefused(word.refused);
      const { seq } = journal.acknowledged;
      return { found, event: !found && word.upto < seq ? { is: 'behind' } : { is: 'acknowledged', seq } };
    } catch (error) {
      const reason = this.#reasonToDrop(error);
      if (!reason) throw error;
      if (isProtocolError(error)) return this.#drop(reason, error);
      if (isForeignToHub(error)) return this.#drop(reason, { code: 'unused/foreign', path: 'upto' });
      return this.#drop(
        reason,
        reason === 'outdated' ? outdated('generation') : { code: 'unused/unwritten' },
      );
    }
  }

  /** Each number once: a batch that is sent again brings the same ones again. */
  #tellRefused(refused: Acknowledgement['refused']): void {
    const fresh = refused.filter(({ seq }) => seq > this.#refusedUpto);
    if (fresh.length === 0) return;
    this.#refusedUpto = fresh.at(-1)!.seq;
    this.#options.onRefused?.(fresh);
  }

  #reasonToDrop(error: unknown): keyof Acknowledgements['dropped'] | undefined {
    if (isProtocolError(error)) return 'forged';
    if (isJournalError(error) && error.code === 'journal/oldGeneration') return 'outdated';
    // a log that may lose records is no evidence of anything: a right acknowledgement may follow a wrong one
    if (this.#options.mayDrop && isForeignToHub(error)) return 'outdated';
    // the drain asks for the cursor again after the wait that runs
    if (isDiskTrouble(error) || (this.#options.mayDrop && isRecycled(error))) return 'unwritten';
    return undefined;
  }

  #drop(reason: keyof Acknowledgements['dropped'], why: Omit<Unused, 'topic'> | undefined): undefined {
    this.dropped[reason]++;
    const place = readTopic(this.#options.topic);
    if (why && place) this.#options.onUnused?.({ topic: place.leaf, code: why.code, path: why.path });
  }
}
