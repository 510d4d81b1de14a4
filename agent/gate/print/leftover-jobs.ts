// Our jobs at the printer that no print waits for: of a previous gate that died, of a Create-Job whose answer was lost, or of a
// Cancel-Job that failed. One that waits for a document will never get it: it is cancelled, so that the printer is free. One that
// has begun goes on to its end; until then the printer is not ready, and the counter is closed.
import type { Clock } from '../../../drivers/base/clock.ts';
import { isMadoguchiError } from '../../../drivers/base/error.ts';
import { failure, type Log } from '../../../drivers/base/log.ts';
import type { PagePrinter } from '../../../drivers/contract/page.ts';

/** Our jobs are named by the transaction's id. */
const transactionName = /^[0-9a-f]{32}$/;
/** Pause between two tries while the printer is away, in ms. */
const pauseMs = 5_000;

export interface LeftoverParts {
  printer: Pick<PagePrinter, 'openJobs' | 'cancelJob'>;
  clock: Clock;
  log: Log;
  /** Whether a print of this gate makes or uses the job of this transaction. */
  isInUse(transaction: string): boolean;
}

export class LeftoverJobs {
  readonly #parts: LeftoverParts;
  readonly #closing = new AbortController();
  #looking: Promise<void> | undefined;

  constructor(parts: LeftoverParts) {
    this.#parts = parts;
  }

  /**
   * Looks for leftover jobs and cancels them, in the background: until the printer has answered once. Does nothing while an earlier
   * look goes on. The returned promise resolves when the look is over, and never rejects.
   */
  look(): Promise<void> {
    this.#looking ??= this.#look().finally(() => {
      this.#looking = undefined;
    });
    return this.#looking;
  }

  async #look(): Promise<void> {
    const { clock, log } = this.#parts;
    const { signal } = this.#closing;
    try {
      while (!signal.aborted && !(await this.#cancelAll())) await clock.sleep(pauseMs, signal);
    } catch (error) {
      if (!signal.aborted) log.error('leftover jobs not cancelled', failure(error));
    }
  }

  /** Whether the printer answered everything. */
  async #cancelAll(): Promise<boolean> {
    const { printer, log, isInUse } = this.#parts;
    try {
      for (const job of await printer.openJobs()) {
        if (!transactionName.test(job.name) || !job.waits || isInUse(job.name)) continue;
        await printer.cancelJob(job);
        log.warn('leftover job cancelled', { transaction: job.name, job: job.id });
      }
      return true;
    } catch (error) {
      if (!isMadoguchiError(error)) throw error;
      log.info('leftover jobs not cancelled yet', failure(error));
      return false;
    }
  }

  /** Ends a look that waits for the printer. */
  close(): void {
    this.#closing.abort();
  }
}
