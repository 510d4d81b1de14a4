// The print of one transaction: one job, one document, once. Each latch is set before its effect, and never taken back.

import { isMadoguchiError } from '../../../drivers/base/error.ts';
import { failure } from '../../../drivers/base/log.ts';
import type { PageJob } from '../../../drivers/contract/page.ts';
import type { CommandEvent } from '../../commands/gate-door.ts';
import type { Manifest } from '../../protocol/document.ts';
import { GateRefusal } from '../gate-refusal.ts';
import { JobEnd, type Printed, printTimes } from './job-end.ts';
import type { PrintParts } from './print-parts.ts';

/** A document that passed every check: what print releases. */
export interface HeldDocument {
  manifest: Manifest;
  /** SHA-256 of the signed manifest as it came. */
  manifestDigest: Buffer;
  /** This object's own; zeroed after use. */
  pdf: Buffer;
}

export class PrintRun {
  #parts: PrintParts;
  #document: HeldDocument;
  /** Sides in all: pages times copies. */
  readonly impressions: number;
  #making: Promise<PageJob> | undefined;
  #end: JobEnd | undefined;
  #job: PageJob | undefined;
  #printing: Promise<Printed> | undefined;
  #listener: (event: CommandEvent) => void = () => {};

  constructor(parts: PrintParts, document: HeldDocument) {
    this.#parts = parts;
    this.#document = document;
    const { pages, order } = document.manifest;
    this.impressions = pages * order.copies;
  }

  /** Whether the document was released: then nothing stops the print any more. */
  get sending(): boolean {
    return this.#printing !== undefined;
  }

  /** Whether the printer has made a job for it. */
  get made(): boolean {
    return this.#job !== undefined;
  }

  /**
   * Makes the job, named by the transaction, and writes down what the next gate has to know of it if this one dies.
   * Errors: gate/printedBefore, gate/note, page/*.
   */
  async createJob(name: string, limitMs: number): Promise<PageJob> {
    if (this.#making) throw new GateRefusal('gate/printedBefore');
    const { pages, order, pdfDigest } = this.#document.manifest;
    const wanted = { name, copies: order.copies, impressions: pages };
    this.#making = this.#parts.printer.createJob(wanted, limitMs);
    const job = await this.#making;
    const { manifestDigest } = this.#document;
    const note = { transaction: name, job, manifestDigest, pdfDigest, expected: this.impressions };
    this.#end = new JobEnd(this.#parts, note);
    await this.#parts.notes.write(note).catch(async cause => {
      await this.#end?.cancel();
      throw new GateRefusal('gate/note', { cause });
    });
    this.#job = job;
    return job;
  }

  /**
   * Sends the document and waits for the paper, within `timeoutMs` in all. Asked again, it gives the same outcome and prints nothing; `listener`
   * then hears the progress in place of the earlier one. Errors: gate/notChecked where no job was made.
   */
  print(timeoutMs: number, erase: () => void, listener: (event: CommandEvent) => void): Promise<Printed> {
    this.#listener = listener;
    const job = this.#job;
    const end = this.#end;
    if (!job || !end)
      return Promise.reject(new GateRefusal('gate/notChecked', { detail: { missing: 'job' } }));
    this.#printing ??= this.#run(job, end, timeoutMs, erase);
    return this.#printing;
  }

  /** Nobody is there to ask for the paper: it is not printed any more, and that can be testified to whoever asks later. */
  withdraw(): void {
    this.#printing ??= this.#end?.withoutDocument();
  }

  /** Waits for a print under way, or cancels a job that never got its document. Resolves with how the print ended. Never fails. */
  async finish(): Promise<Printed | undefined> {
    if (this.#printing) return await this.#printing;
    if (this.#making) {
      await this.#making.catch(() => undefined); // reported to the command that asked for it
      await this.#end?.cancel();
    }
    return undefined;
  }

  /** Never rejects: whatever fails is an outcome, with evidence. */
  async #run(job: PageJob, end: JobEnd, timeoutMs: number, erase: () => void): Promise<Printed> {
    const times = printTimes(this.#parts.clock, timeoutMs);
    const sent = await this.#send(job, times.paperMs);
    erase();
    if (sent === 'no') return end.withoutDocument(times.stopMs);
    return end.await(times, event => this.#listener(event));
  }

  /** `maybe`: a byte may have reached the printer (page/unknown, or an error without a code). */
  async #send(job: PageJob, limitMs: number): Promise<'yes' | 'no' | 'maybe'> {
    try {
      await this.#parts.printer.sendDocument(job, this.#document.pdf, limitMs);
      return 'yes';
    } catch (error) {
      this.#parts.log.error('document not taken', failure(error));
      return isMadoguchiError(error) && error.code !== 'page/unknown' ? 'no' : 'maybe';
    }
  }
}
