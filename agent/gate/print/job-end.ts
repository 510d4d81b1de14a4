// How a job ends: watched, given back where it takes too long, and testified to. Asks and cancels; sends no document.

import { startDeadline } from '../../../drivers/base/deadline.ts';
import { failure } from '../../../drivers/base/log.ts';
import type { JobOutcome } from '../../../drivers/contract/page.ts';
import { hasEnded } from '../../../drivers/page/job-outcome.ts';
import type { CommandEvent } from '../../commands/gate-door.ts';
import { type Evidence, signEvidence } from '../../protocol/evidence.ts';
import type { PrintNote } from './print-notes.ts';
import type { PrintParts } from './print-parts.ts';

/** How the print ended, and the gate's word for it. */
export interface Printed {
  outcome: JobOutcome;
  /** Signed (agent/protocol/evidence.ts). */
  evidence: Buffer;
}

/** Of the time for paper, how much at most is kept for a job that is given back to come to its end, in ms. */
const maxStopMs = 10_000;

export class JobEnd {
  #parts: PrintParts;
  #note: PrintNote;

  constructor(parts: PrintParts, note: PrintNote) {
    this.#parts = parts;
    this.#note = note;
  }

  /** What did not come out in time must not come out for the next customer: the job is given back, and read to its end. */
  async await(timeoutMs: number, listener: (event: CommandEvent) => void): Promise<Printed> {
    const stopMs = Math.min(maxStopMs, timeoutMs / 4);
    const outcome = await this.#watch(timeoutMs - stopMs, listener);
    if (outcome.jobState === 'lost' || hasEnded(outcome)) return this.#withEvidence(outcome);
    await this.cancel();
    return this.#withEvidence(await this.#watch(stopMs, listener));
  }

  /** A job that never got a document brings no paper, whatever the printer would say of it. Never fails. */
  async withoutDocument(): Promise<Printed> {
    await this.cancel();
    const told = { jobState: 'pending', jobReasons: [], impressions: 0 } as const;
    return this.#withEvidence({ result: 'notPrinted', ...told, expected: this.#note.expected });
  }

  /** Never fails: as long as the printer has the job, it is not ready, and nobody is served. */
  async cancel(): Promise<void> {
    const { printer, log } = this.#parts;
    await printer.cancelJob(this.#note.job).catch(error => log.warn('job not canceled', failure(error)));
  }

  async #watch(withinMs: number, listener: (event: CommandEvent) => void): Promise<JobOutcome> {
    const { printer, clock, log } = this.#parts;
    const { job, expected } = this.#note;
    const late = new AbortController();
    const stop = startDeadline(clock, withinMs, () => late.abort());
    const onProgress = (now: { impressions: number; reasons: readonly string[] }) =>
      listener({ name: 'printing', payload: now });
    try {
      return await printer.outcome(job, expected, { signal: late.signal, onProgress });
    } catch (error) {
      log.error('outcome not known', failure(error));
      const told = { jobState: 'pending', jobReasons: [], impressions: -1 } as const;
      return { result: 'unknown', ...told, expected };
    } finally {
      stop();
    }
  }

  #withEvidence(outcome: JobOutcome): Printed {
    const { settings, signingKey } = this.#parts;
    const { transaction, job, manifestDigest, pdfDigest, expected } = this.#note;
    const evidence: Evidence = {
      ...{
        transaction: Buffer.from(transaction, 'hex'),
        terminal: settings.terminal,
        manifestDigest,
        pdfDigest,
      },
      ...{ result: outcome.result, job: job.id, jobState: outcome.jobState },
      impressions: countable(outcome.impressions),
      expected,
    };
    return { outcome, evidence: signEvidence(evidence, signingKey) };
  }
}

/** A number that evidence can hold; one that no job here could reach says as much as none. */
const countable = (impressions: number): number =>
  impressions >= 0 && impressions <= 9999 ? impressions : -1;
