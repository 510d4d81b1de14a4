// At most one transaction, from open to close. Every end erases its keys and document.
import type { Clock } from '../../../drivers/base/clock.ts';
import { startDeadline } from '../../../drivers/base/deadline.ts';
import type { MadoguchiError } from '../../../drivers/base/error.ts';
import { maxVisitMs } from '../../protocol/configuration.ts';
import { GateRefusal } from '../gate-refusal.ts';
import type { Printed } from '../print/job-end.ts';
import { Transaction } from './transaction.ts';

/**
 * Max time of a transaction from open to the beginning of its print, in ms: the longest visit that a configuration allows, and two
 * minutes for the steps between the waits. A hostile agent must not hold a document back and print it for the next customer.
 */
export const sessionMs = maxVisitMs + 2 * 60_000;

export class Session {
  #clock: Clock;
  #transaction: Transaction | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Errors: gate/transactionOpen. */
  open(name: string): void {
    if (this.#transaction)
      throw new GateRefusal('gate/transactionOpen', { detail: { transaction: this.#transaction.name } });
    const transaction = new Transaction(name);
    this.#transaction = transaction;
    const stop = startDeadline(this.#clock, sessionMs, () => void this.abandon());
    transaction.signal.addEventListener('abort', stop, { once: true });
  }

  /** Whether this transaction is open, or has ended and waits for its printer. */
  has(name: string): boolean {
    return this.#transaction?.name === name;
  }

  /** Whether the print of this transaction makes or uses a job at the printer. */
  usesJob(name: string): boolean {
    return this.has(name) && this.#transaction?.print?.usesJob === true;
  }

  /** The open transaction of this name. One that has ended and waits for its printer is not open. Errors: gate/noTransaction. */
  of(name: string): Transaction {
    const transaction = this.#transaction;
    if (transaction?.name !== name || transaction.signal.aborted) throw new GateRefusal('gate/noTransaction');
    return transaction;
  }

  /**
   * Runs one command on the open transaction. A result that comes after the transaction's end is dropped.
   * Errors: gate/noTransaction, gate/busy while another command runs, those of `work`.
   */
  async run<T>(name: string, work: (transaction: Transaction) => Promise<T> | T): Promise<T> {
    const transaction = this.of(name);
    if (transaction.busy) throw new GateRefusal('gate/busy');
    transaction.busy = true;
    try {
      const result = await work(transaction);
      transaction.signal.throwIfAborted();
      return result;
    } catch (error) {
      throw transaction.signal.aborted ? (transaction.signal.reason as MadoguchiError) : error;
    } finally {
      transaction.busy = false;
    }
  }

  /** Whether a transaction is open, or the print of an ended one goes on. */
  get occupied(): boolean {
    return this.#transaction !== undefined;
  }

  /**
   * Ends the transaction of this name, or any where no name is given. Waits first for the end of a print under way, because paper is
   * moving and its outcome must be known. Resolves with that outcome. Does nothing where there is no such transaction.
   */
  async close(name?: string): Promise<Printed | undefined> {
    const transaction = this.#transaction;
    if (!transaction || (name !== undefined && transaction.name !== name)) return undefined;
    if (!transaction.print?.sending) transaction.end(); // at once, so that its running command stops now
    const printed = await transaction.print?.finish();
    transaction.end();
    if (this.#transaction === transaction) this.#transaction = undefined;
    return printed;
  }

  /**
   * Ends the transaction because the agent is lost or its time is over. One that has a job at the printer is kept, without its
   * document, until an agent asks for the outcome of the print. A print that was begun goes on; no other is begun.
   */
  async abandon(): Promise<void> {
    const transaction = this.#transaction;
    if (!transaction?.print?.made) return void (await this.close());
    if (transaction.print.sending) return;
    transaction.print.withdraw();
    transaction.eraseDocument();
    transaction.forgetCard();
  }
}
