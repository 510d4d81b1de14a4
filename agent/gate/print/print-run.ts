// The print of one transaction: one job and one document, once. Each latch is set before its effect, and is never reset.

import { isMadoguchiError } from '../../../drivers/base/error.ts';
import { failure } from '../../../drivers/base/log.ts';
import type { PrinterJob, PrintTicket } from '../../../drivers/contract/page.ts';
import type { CommandEvent } from '../../commands/gate-door.ts';
import type { Manifest } from '../../protocol/document.ts';
import { GateRefusal } from '../gate-refusal.ts';
import { JobEnd, type Printed, printTimes } from './job-end.ts';
import type { PrintParts } from './print-parts.ts';

/** A document that passed every check, and may be printed. */
export interface HeldDocument {
  manifest: Manifest;
  /** SHA-256 of the signed manifest as received. */
  manifestDigest: Buffer;
  /** Owned by this object; zeroed after use. */
  pdf: Buffer;
}

/** The job for a document: paper, sides and copies are those that the card has signed. */
export function ticketOf(name: string, { manifest: { pages, order } }: HeldDocument): PrintTicket {
  const { copies, media, sides } = order;
  return { name, copies, impressions: pages, media, sides };
}

export class PrintRun {
  #parts: PrintParts;
  #document: HeldDocument;
  /** Sides in all: pages times copies. */
  readonly impressions: number;
  #making: Promise<PrinterJob> | undefined;
  #unmade = false;
  #end: JobEnd | undefined;
  #job: PrinterJob | undefined;
  #printing: Promise<Printed> | undefined;
  #listener: (event: CommandEvent) => void = () => {};

  constructor(parts: PrintParts, document: HeldDocument) {
    this.#parts = parts;
    this.#document = document;
    const { pages, order } = document.manifest;
    this.impressions = pages * order.copies;
  }

  /** Whether the print has begun or was withdrawn. Then nothing begins it again. */
  get sending(): boolean {
    return this.#printing !== undefined;
  }

  /** Whether a job at the printer may still be needed: not where it could not be made, or where its answer was lost. */
  get usesJob(): boolean {
    return this.#making !== undefined && !this.#unmade;
  }

  /** Whether the printer has a job for this print. */
  get made(): boolean {
    return this.#job !== undefined;
  }

  /**
   * Makes the job, named by the transaction, and writes the note that the next gate needs if this one dies.
   * Errors: gate/printedBefore, gate/note, page/*.
   */
  async createJob(name: string, limitMs: number): Promise<PrinterJob> {
    if (this.#making) throw new GateRefusal('gate/printedBefore');
    const { pdfDigest } = this.#document.manifest;
    this.#making = this.#parts.printer.createJob(ticketOf(name, this.#document), limitMs);
    this.#making.catch(() => {
      this.#unmade = true;
    });
    const job = await this.#making;
    const { id, uri, uuid } = job;
    const { manifestDigest } = this.#document;
    const note = {
      ...{ transaction: name, job: { id, uri, uuid }, manifestDigest, pdfDigest },
      expected: this.impressions,
    };
    this.#end = new JobEnd(this.#parts, note);
    await this.#parts.notes.write(note).catch(async cause => {
      await this.#end?.cancel();
      throw new GateRefusal('gate/note', { cause });
    });
    this.#job = job;
    return job;
  }

  /**
   * Sends the document and waits for the paper, within `timeoutMs` in all. A second call prints nothing and returns the same outcome;
   * its `listener` replaces the previous one. Errors: gate/notChecked where no job was made.
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

  /** Ends a print that was not begun: the document will not be sent. The evidence says so to an agent that asks later. */
  withdraw(): void {
    this.#printing ??= this.#end?.withoutDocument();
  }

  /** Waits for a print under way, or cancels a job that got no document. Resolves with how the print ended. Never fails. */
  async finish(): Promise<Printed | undefined> {
    if (this.#printing) return await this.#printing;
    if (this.#making) {
      await this.#making.catch(() => undefined); // reported to the command that asked for it
      await this.#end?.cancel();
    }
    return undefined;
  }

  /** Never rejects: a failure becomes an outcome with evidence. */
  async #run(job: PrinterJob, end: JobEnd, timeoutMs: number, erase: () => void): Promise<Printed> {
    const times = printTimes(this.#parts.clock, timeoutMs);
    const sent = await this.#send(job, times.paperMs);
    erase();
    if (sent === 'no') return end.withoutDocument(times.stopMs);
    return end.await(times, event => this.#listener(event));
  }

  /** `maybe`: a byte may have reached the printer (page/unknown, or an error without a code). */
  async #send(job: PrinterJob, limitMs: number): Promise<'yes' | 'no' | 'maybe'> {
    try {
      await this.#parts.printer.sendDocument(job, this.#document.pdf, limitMs);
      return 'yes';
    } catch (error) {
      this.#parts.log.error('document not taken', failure(error));
      return isMadoguchiError(error) && error.code !== 'page/unknown' ? 'no' : 'maybe';
    }
  }
}
