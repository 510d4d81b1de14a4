// Jobs that a gate which died has left at the printer: one that waits for a document never gets it, and is given back, so
// that the printer is free. One that has begun goes on to its end; the printer is not ready before, and nobody is served.
import type { Clock } from '../../../drivers/base/clock.ts';
import { isMadoguchiError } from '../../../drivers/base/error.ts';
import { failure, type Log } from '../../../drivers/base/log.ts';
import type { PagePrinter } from '../../../drivers/contract/page.ts';

/** How our jobs are named: by the transaction. */
const transactionName = /^[0-9a-f]{32}$/;
/** Between two tries on a printer that is away, in ms. */
const pauseMs = 5_000;

export interface LeftoverParts {
  printer: Pick<PagePrinter, 'openJobs' | 'cancelJob'>;
  clock: Clock;
  log: Log;
  /** Whether this gate has made it. */
  isOurs(transaction: string): boolean;
}

/** Resolves when the printer has been asked once, however long it is away. Rejects with the signal's reason. */
export async function cancelLeftovers(
  { printer, clock, log, isOurs }: LeftoverParts,
  signal: AbortSignal,
): Promise<void> {
  for (;;) {
    try {
      for (const job of await printer.openJobs()) {
        if (!transactionName.test(job.name) || !job.waits || isOurs(job.name)) continue;
        await printer.cancelJob(job);
        log.warn('job of before given back', { transaction: job.name, job: job.id });
      }
      return;
    } catch (error) {
      if (!isMadoguchiError(error)) throw error;
      log.info('leftover jobs not asked for', failure(error));
    }
    await clock.sleep(pauseMs, signal);
  }
}
