// The print of one transaction: one job, one document, once. Each latch is set before its effect, and never taken back.

import { type Evidence, signEvidence } from '../../agent/protocol/evidence.ts';
import { startDeadline } from '../contract/deadline.ts';
import type { CommandEvent } from '../contract/door-types.ts';
import { isMadoguchiError } from '../contract/error.ts';
import { failure } from '../contract/log.ts';
import type { JobOutcome, PageJob } from '../contract/page.ts';
import { hasEnded } from '../page/job-outcome.ts';
import type { GateParts } from './gate-parts.ts';
import { GateRefusal } from './gate-refusal.ts';
import type { HeldDocument } from './held-document.ts';

type PrintParts = Pick<GateParts, 'printer' | 'clock' | 'log' | 'settings' | 'signingKey'>;

/** Of the time for paper, how much at most is kept for a job that is given back to come to its end, in ms. */
const longestStopMs = 10_000;

/** How the print ended, and the gate's word for it. */
export interface Printed {
  outcome: JobOutcome;
  /** Signed (agent/protocol/evidence.ts). */
  evidence: Buffer;
}

export class PrintRun {
  private parts: PrintParts;
  private document: HeldDocument;
  /** Sides in all: pages times copies. */
  readonly impressions: number;
  private making: Promise<PageJob> | undefined;
  private job: PageJob | undefined;
  private printing: Promise<Printed> | undefined;
  private listener: (event: CommandEvent) => void = () => {};

  constructor(parts: PrintParts, document: HeldDocument) {
    this.parts = parts;
    this.document = document;
    const { pages, order } = document.manifest;
    this.impressions = pages * order.copies;
  }

  /** Whether the document was released: then nothing stops the print any more. */
  get sending(): boolean {
    return this.printing !== undefined;
  }

  /** Whether the printer has made a job for it. */
  get made(): boolean {
    return this.job !== undefined;
  }

  /** Makes the job, named by the transaction. Errors: gate/printedBefore, page/*. */
  async createJob(name: string): Promise<PageJob> {
    if (this.making) throw new GateRefusal('gate/printedBefore');
    const { pages, order } = this.document.manifest;
    this.making = this.parts.printer.createJob({ name, copies: order.copies, impressions: pages });
    this.job = await this.making;
    return this.job;
  }

  /**
   * Sends the document and waits for the paper. Asked again, it gives the same outcome and prints nothing; `listener`
   * then hears the progress in place of the earlier one. Errors: gate/notChecked where no job was made.
   */
  print(timeoutMs: number, erase: () => void, listener: (event: CommandEvent) => void): Promise<Printed> {
    this.listener = listener;
    if (!this.job) return Promise.reject(new GateRefusal('gate/notChecked', { detail: { missing: 'job' } }));
    this.printing ??= this.run(this.job, timeoutMs, erase);
    return this.printing;
  }

  /** Nobody is there to ask for the paper: it is not printed any more, and that can be testified to whoever asks later. */
  withdraw(): void {
    this.printing ??= this.unsent();
  }

  private async unsent(): Promise<Printed> {
    const job = await this.making;
    await this.giveBack();
    const outcome = this.nothingSent();
    return { outcome, evidence: this.testify(job!, outcome) };
  }

  /** Waits for a print under way, or gives a job back that never got its document. Never fails. */
  async finish(): Promise<void> {
    if (this.printing) await this.printing;
    else if (this.making) await this.giveBack();
  }

  /** Never rejects: whatever fails is an outcome, with evidence. */
  private async run(job: PageJob, timeoutMs: number, erase: () => void): Promise<Printed> {
    const sent = await this.send(job);
    erase();
    if (sent === 'no') await this.giveBack();
    const outcome = sent === 'no' ? this.nothingSent() : await this.outcome(job, timeoutMs);
    return { outcome, evidence: this.testify(job, outcome) };
  }

  /** `maybe`: a byte may have reached the printer (page/unknown, or an error without a code). */
  private async send(job: PageJob): Promise<'yes' | 'no' | 'maybe'> {
    try {
      await this.parts.printer.sendDocument(job, this.document.pdf);
      return 'yes';
    } catch (error) {
      this.parts.log.error('document not taken', failure(error));
      return isMadoguchiError(error) && error.code !== 'page/unknown' ? 'no' : 'maybe';
    }
  }

  /** A job without a document brings no paper, whatever the printer would say of it. */
  private nothingSent(): JobOutcome {
    const told = { jobState: 'pending', jobReasons: [], impressions: 0 } as const;
    return { result: 'notPrinted', ...told, expected: this.impressions };
  }

  /** What did not come out in time must not come out for the next customer: the job is given back, and read to its end. */
  private async outcome(job: PageJob, timeoutMs: number): Promise<JobOutcome> {
    const stopMs = Math.min(longestStopMs, timeoutMs / 4);
    const inTime = await this.watch(job, timeoutMs - stopMs);
    if (inTime.jobState === 'lost' || hasEnded(inTime)) return inTime;
    await this.giveBack();
    return await this.watch(job, stopMs);
  }

  private async watch(job: PageJob, withinMs: number): Promise<JobOutcome> {
    const late = new AbortController();
    const stop = startDeadline(this.parts.clock, withinMs, () => late.abort());
    const onProgress = (now: { impressions: number; reasons: readonly string[] }) =>
      this.listener({ name: 'printing', payload: now });
    try {
      return await this.parts.printer.outcome(job, this.impressions, { signal: late.signal, onProgress });
    } catch (error) {
      this.parts.log.error('outcome not known', failure(error));
      const told = { jobState: 'pending', jobReasons: [], impressions: -1 } as const;
      return { result: 'unknown', ...told, expected: this.impressions };
    } finally {
      stop();
    }
  }

  private testify(job: PageJob, outcome: JobOutcome): Buffer {
    const { settings, signingKey } = this.parts;
    const { manifest, manifestDigest } = this.document;
    const evidence: Evidence = {
      transaction: manifest.transaction,
      terminal: settings.terminal,
      manifestDigest,
      pdfDigest: manifest.pdfDigest,
      result: outcome.result,
      job: job.id,
      jobState: outcome.jobState,
      impressions: countable(outcome.impressions),
      expected: this.impressions,
    };
    return signEvidence(evidence, signingKey);
  }

  private async giveBack(): Promise<void> {
    try {
      await this.parts.printer.cancelJob(await this.making!);
    } catch (error) {
      this.parts.log.warn('job not canceled', failure(error)); // as long as the printer has it, it is not ready, and nobody is served
    }
  }
}

/** A number that evidence can hold; one that no job here could reach says as much as none. */
const countable = (impressions: number): number =>
  impressions >= 0 && impressions <= 9999 ? impressions : -1;
