// The transactions whose money or paper a person decides about, as the journal has them. A checkpoint carries them on, so that they
// outlast a restart and the deletion of old segments.
import type { LedgerRecord, Outcome } from '../protocol/ledger.ts';
import type { TransactionId } from './state.ts';

export interface Claim {
  transaction: TransactionId;
  outcome: Outcome;
  code: string;
  /** Yen that are owed to the resident for certain; of the kept fee of an `unknown` end the person decides. */
  owedYen: number;
  /** Result that the gate signed after the end. */
  paper?: 'printed' | 'notPrinted' | 'unknown';
}

/** How many are kept: the youngest. All of them are in the hub's ledger. */
export const maxClaims = 20;

export class Claims {
  /** The youngest last. */
  #claims: Claim[] = [];

  get all(): readonly Claim[] {
    return this.#claims;
  }

  /** Takes what a checkpoint has carried on. */
  restore(claims: readonly Claim[]): void {
    this.#claims = [...claims];
  }

  /** Takes a durable record of the ledger. */
  take(record: LedgerRecord): void {
    if (record.type === 'end') {
      const { outcome, code, owedYen } = record;
      if (outcome !== 'refundDue' && outcome !== 'unknown') return;
      this.#add({ transaction: record.transaction.toString('hex'), outcome, code: code ?? '', owedYen });
    }
    if (record.type === 'evidence') {
      const transaction = record.transaction.toString('hex');
      const claim = this.#claims.find(one => one.transaction === transaction);
      if (claim) claim.paper = record.result;
      // a transaction that the journal does not have any more waits for a person, too
      else if (record.outcome === undefined || record.outcome === 'unknown')
        this.#add({
          ...{ transaction, outcome: 'unknown', code: 'print/unknown', owedYen: 0 },
          paper: record.result,
        });
    }
  }

  #add(claim: Claim): void {
    // the end of one transaction may be recorded again after a restart
    const others = this.#claims.filter(({ transaction }) => transaction !== claim.transaction);
    this.#claims = [...others, claim].slice(-maxClaims);
  }
}
