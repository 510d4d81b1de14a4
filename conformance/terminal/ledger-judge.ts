// Whether batches of the ledger log come as the contract says: in order, each record always the same, of allowed sizes, and at most
// four unanswered. Pure: it is told what passed on the line.
import { createHash } from 'node:crypto';
import type { Acknowledgement, Batch } from '../../agent/protocol/ledger.ts';

const maxBytes = 256 << 10;
const maxUnanswered = 4;

/** Of one epoch. */
interface Chain {
  /** Digest of tag and body, by number. */
  records: Map<number, string>;
  /** As the last acknowledgement that reached the terminal says. */
  acknowledged: number;
  generation: number;
  /** Number of the last record that was sent on this connection; undefined before the first batch. */
  sent: number | undefined;
  /** Number of the last record of each unanswered batch. */
  unanswered: number[];
}

export class LedgerJudge {
  readonly #chains = new Map<number, Chain>();

  /** A new connection: what was sent on the one before may be lost. */
  connected(): void {
    for (const chain of this.#chains.values()) [chain.sent, chain.unanswered] = [undefined, []];
  }

  /** An acknowledgement that reached the terminal, rightly signed. */
  acknowledged({ epoch, upto, generation }: Acknowledgement): void {
    const chain = this.#chain(epoch);
    const isRestored = generation > chain.generation;
    chain.acknowledged = isRestored ? upto : Math.max(upto, chain.acknowledged);
    chain.generation = Math.max(generation, chain.generation);
    chain.unanswered = isRestored ? [] : chain.unanswered.filter(last => last > upto);
  }

  /** Returns what is wrong with a batch, in words. */
  batch({ epoch, from, records }: Batch): string[] {
    const chain = this.#chain(epoch);
    const wrongs: string[] = [];
    const bytes = records.reduce((sum, { body }) => sum + body.length, 0);
    if (records.length > 1 && bytes > maxBytes) wrongs.push(`a batch has ${bytes} bytes of records`);
    const next = (chain.sent ?? chain.acknowledged) + 1;
    if (from > next) wrongs.push(`a batch begins at ${from}, and the record before it was not sent: ${next}`);
    for (const [i, { tag, body }] of records.entries()) {
      const digest = createHash('sha256').update(tag).update(body).digest('hex');
      const known = chain.records.get(from + i);
      if (known !== undefined && known !== digest)
        wrongs.push(`record ${from + i} came again with other bytes`);
      chain.records.set(from + i, digest);
    }
    const last = from + records.length - 1;
    if (from < next) chain.unanswered = []; // it has gone back, and begins anew
    if (records.length > 0) chain.unanswered.push(last);
    if (chain.unanswered.length > maxUnanswered)
      wrongs.push(`${chain.unanswered.length} batches are unanswered`);
    chain.sent = last;
    return wrongs;
  }

  #chain(epoch: number): Chain {
    const known = this.#chains.get(epoch);
    if (known) return known;
    const chain: Chain = {
      records: new Map(),
      acknowledged: 0,
      generation: 0,
      sent: undefined,
      unanswered: [],
    };
    this.#chains.set(epoch, chain);
    return chain;
  }
}
