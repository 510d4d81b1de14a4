// The end of a print job: watches it, cancels it when it is late, and signs how it ended as evidence. Sends no document.

import type { Clock } from '../../../drivers/base/clock.ts';
import { startDeadline } from '../../../drivers/base/deadline.ts';
import { failure } from '../../../drivers/base/log.ts';
import type { JobOutcome, PrinterJob } from '../../../drivers/contract/page.ts';
import { hasEnded } from '../../../drivers/page/job-outcome.ts';
import type { CommandEvent } from '../../commands/gate-door.ts';
import { type Evidence, signEvidence } from '../../protocol/evidence.ts';
import type { PrintNote } from './print-notes.ts';
import type { PrintParts } from './print-parts.ts';

/** How the print ended, and the gate's evidence of it. */
export interface Printed {
  outcome: JobOutcome;
  /** Signed (agent/protocol/evidence.ts). */
  evidence: Buffer;
}

/** Division of the time for one print. */
export interface PrintTimes {
  /** End of that time, in ms of the clock. */
  endMs: number;
  /** For sending the document and waiting for the paper, in ms. */
  paperMs: number;
  /** Reserved for a late job: for cancelling it and reading its end, in ms. */
  stopMs: number;
}

const maxStopMs = 10_000;
/**
 * What a gate that was late itself, on a starved machine, still takes for each of its last calls, in ms: nothing is signed without a
 * look at the printer. Twice that is less than what the agent waits longer (deviceMs, at least 1000).
 */
const minCallMs = 400;

export function printTimes(clock: Clock, timeoutMs: number): PrintTimes {
  const stopMs = Math.min(maxStopMs, timeoutMs / 4);
  return { endMs: clock.now() + timeoutMs, paperMs: timeoutMs - stopMs, stopMs };
}

export class JobEnd {
  readonly #parts: PrintParts;
  readonly #note: PrintNote;
  readonly #job: PrinterJob;

  constructor(parts: PrintParts, note: PrintNote) {
    this.#parts = parts;
    this.#note = note;
    this.#job = { ...note.job, name: note.transaction };
  }

  /** Waits for the end of the job. A late job is cancelled, so that its paper does not come out for the next customer. */
  async await({ endMs, stopMs }: PrintTimes, listener: (event: CommandEvent) => void): Promise<Printed> {
    const leftMs = () => Math.max(0, endMs - this.#parts.clock.now());
    const outcome = await this.#watch(Math.max(0, leftMs() - stopMs), listener);
    if (outcome.jobState === 'lost' || hasEnded(outcome)) return this.#withEvidence(outcome);
    await this.cancel(Math.max(minCallMs, leftMs() / 2));
    return this.#withEvidence(await this.#watch(Math.max(minCallMs, leftMs()), listener));
  }

  /** Ends a job that never got a document. It brings no paper, so the printer is not asked for its outcome. Never fails. */
  async withoutDocument(limitMs?: number): Promise<Printed> {
    await this.cancel(limitMs);
    const seen = { jobState: 'pending', jobReasons: [], impressions: 0 } as const;
    return this.#withEvidence({ result: 'notPrinted', ...seen, expected: this.#note.expected });
  }

  /** Never fails: as long as the printer has the job, it is not ready, and the counter stays closed. */
  async cancel(limitMs?: number): Promise<void> {
    const { printer, log } = this.#parts;
    await printer.cancelJob(this.#job, limitMs).catch(error => log.warn('job not canceled', failure(error)));
  }

  async #watch(withinMs: number, listener: (event: CommandEvent) => void): Promise<JobOutcome> {
    const { printer, clock, log } = this.#parts;
    const { expected } = this.#note;
    const late = new AbortController();
    if (withinMs <= 0) late.abort();
    const stop = startDeadline(clock, withinMs, () => late.abort());
    const onProgress = (now: { impressions: number; reasons: readonly string[] }) =>
      listener({ name: 'printing', payload: now });
    try {
      return await printer.outcome(this.#job, expected, { signal: late.signal, onProgress });
    } catch (error) {
      log.error('outcome not known', failure(error));
      const seen = { jobState: 'pending', jobReasons: [], impressions: -1 } as const;
      return { result: 'unknown', ...seen, expected };
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

/** A number of impressions that evidence can hold. One that no job can reach counts as not reported (-1). */
const countable = (impressions: number): number =>
  impressions >= 0 && impressions <= 9999 ? impressions : -1;
