// A print job, for the printer, and afterwards for the demo and the tests.
import { randomUUID } from 'node:crypto';
import { renderJpeg, renderPages } from './pdf.ts';

/** A job that waits for its document is `pending-held`, as at real IPP Everywhere printers. */
export type JobState =
  | 'pending-held'
  | 'processing'
  | 'processing-stopped'
  | 'canceled'
  | 'aborted'
  | 'completed';

export interface JobTicket {
  name: string;
  user: string;
  copies: number;
  media: string;
  sides: string;
}

export class VirtualJob {
  readonly id: number;
  /** job-uuid (PWG 5100.13). */
  readonly uuid = `urn:uuid:${randomUUID()}`;
  readonly ticket: JobTicket;
  /** job-state-reasons. */
  reasons: string[] = ['job-data-insufficient'];
  state: JobState = 'pending-held';
  /** The document as received; empty before. */
  document: Buffer = Buffer.alloc(0);
  /** Number of pages; undefined until the document was read. */
  pages: number | undefined;
  /** Sides printed and stacked, over all copies. */
  impressions = 0;
  cancelAsked = false;
  /** Printer up-time in seconds (RFC 8011, 5.3.14). */
  readonly createdAt: number;
  processingAt: number | undefined;
  endedAt: number | undefined;

  constructor(id: number, ticket: JobTicket, createdAt: number) {
    this.id = id;
    this.ticket = ticket;
    this.createdAt = createdAt;
  }

  get name(): string {
    return this.ticket.name;
  }

  get copies(): number {
    return this.ticket.copies;
  }

  get ended(): boolean {
    return this.state === 'canceled' || this.state === 'aborted' || this.state === 'completed';
  }

  set(state: JobState, ...reasons: string[]): void {
    this.state = state;
    this.reasons = reasons;
  }

  /** Renders the received document to `prefix`-N.png, 110 dpi. Returns the paths in page order. Errors: PdfError. */
  renderPng(prefix: string): Promise<string[]> {
    return renderPages(this.document, prefix);
  }

  /** Page `number` (from 1) of what was received as a JPEG, 110 dpi: about 0.2 MB. Errors: PdfError. */
  renderJpeg(number: number): Promise<Buffer> {
    return renderJpeg(this.document, number);
  }
}
