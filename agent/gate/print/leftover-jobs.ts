// Jobs that a previous gate left at the printer when it died. One that waits for a document will never get it: it is cancelled, so
// that the printer is free. One that has begun goes on to its end; until then the printer is not ready, and the counter is closed.
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
  /** Whether this gate made the job. */
  isOurs(transaction: string): boolean;
}

/** Tries until the printer has answered once, without a limit. Rejects with the signal's reason. */
export async function cancelLeftovers(
  { printer, clock, log, isOurs }: LeftoverParts,
  signal: AbortSignal,
): Promise<void> {
  for (;;) {
    try {
      for (const job of await printer.openJobs()) {
        if (!transactionName.test(job.name) || !job.waits || isOurs(job.name)) continue;
        await printer.cancelJob(job);
        log.warn('leftover job cancelled', { transaction: job.name, job: job.id });
      }
      return;
    } catch (error) {
      if (!isMadoguchiError(error)) throw error;
      log.info('printer did not list leftover jobs', failure(error));
    }
    await clock.sleep(pauseMs, signal);
  }
}
