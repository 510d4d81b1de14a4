// Evidence that the gate signed after its transaction had ended here: it goes to the ledger as a record of its own, and then
// the gate forgets it.
import { failure, type Log } from '../../drivers/base/log.ts';
import type { Waits } from '../protocol/configuration.ts';
import type { GatePort } from '../transaction/ports.ts';
import type { TransactionLog } from '../transaction/transaction-log.ts';

export interface LateEvidenceOptions {
  gate: GatePort;
  transactions: Pick<TransactionLog, 'evidence'>;
  waits: Waits;
  log: Log;
}

export class LateEvidence {
  readonly #options: LateEvidenceOptions;
  #expected = false;
  #collecting = false;

  constructor(options: LateEvidenceOptions) {
    this.#options = options;
  }

  /** The gate may have some: it is back, or a transaction has ended before the gate had signed. */
  expect(): void {
    this.#expected = true;
  }

  /**
   * Takes what there is, while nobody is served. Asked again at the next look where a print still goes on, or where something
   * fails. Never rejects.
   */
  async collect(): Promise<void> {
    if (!this.#expected || this.#collecting) return;
    this.#collecting = true;
    try {
      while (await this.#takeOne());
    } catch (error) {
      this.#options.log.warn('late evidence not collected', failure(error));
    } finally {
      this.#collecting = false;
    }
  }

  /** Whether there was one: there may be another. */
  async #takeOne(): Promise<boolean> {
    const { gate, transactions, waits, log } = this.#options;
    // the gate may have to ask the printer, for as long as a print may take
    const { found, pending } = await gate.call('lateEvidence', {}, { timeoutMs: waits.printMs });
    this.#expected = pending;
    if (!found) return false;
    const { transaction, result } = found;
    const outcome = await transactions.evidence(found);
    log.info('evidence recorded after the end', { transaction, result, outcome: outcome ?? 'not known' });
    const done = { transaction, evidenceReceived: true };
    await gate.call('close', done, { timeoutMs: waits.deviceMs });
    return true;
  }
}
