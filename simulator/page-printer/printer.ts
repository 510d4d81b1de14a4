// The machine itself: one engine, one job at a time, conditions that stop paper, a counter that never goes back.
import { setTimeout as sleep } from 'node:timers/promises';
import type { WireRequest, WireResponse } from './ipp-wire.ts';
import { type JobTicket, VirtualJob } from './job.ts';
import { countPages, PdfError } from './pdf.ts';

/** A proper answer; bytes sent instead of one; or the connection closed or kept open without a word. */
export type Answer = WireResponse | { bytes: Buffer } | 'hangUp' | 'silence';

/** `feed` prints the page; `hold` keeps it until something at the printer changes, then asks again. */
type PageFate = 'feed' | 'hold';

/** A page about to leave the tray. `side` counts from 1 over all copies of the job. */
interface PageDue {
  job: VirtualJob;
  side: number;
}

/** Behaviours are tried in order; the first that has an answer gives it. */
export interface Behaviour {
  name: string;
  /** Called once, when the printer is switched on. */
  onStart?(printer: VirtualPrinter): void;
  onRequest?(request: WireRequest, printer: VirtualPrinter): Answer | undefined | Promise<Answer | undefined>;
  onPage?(page: PageDue, printer: VirtualPrinter): PageFate | undefined;
}

export interface PrinterOptions {
  behaviours: readonly Behaviour[];
  say(line: string): void;
  /** Hears each job when it has ended. */
  onJob?: (job: VirtualJob) => void;
  /** Time one side takes, ms. */
  msPerPage: number;
  /** How long a new job waits for the one before it until it is told that the printer is busy, ms. */
  busyAfterMs: number;
  /** A job without a document is aborted after so long (multiple-operation-time-out), s. */
  documentWithinS: number;
}

export class VirtualPrinter {
  readonly options: PrinterOptions;
  /** Tried in order; a fault may come and go at any time. */
  readonly behaviours: Behaviour[];
  /** printer-uri-supported; a loopback port is known only when it is open. */
  uri = 'ipp://localhost/ipp/print';
  /** Jobs that the printer knows; a restart empties it. */
  readonly known = new Map<number, VirtualJob>();
  /** Every job there ever was, also those that a restart forgot. */
  readonly jobs: VirtualJob[] = [];
  /** Sides printed since the printer was made. Never goes back. */
  impressions = 0;
  /** printer-state-reasons now, each with whether it stops paper. */
  readonly conditions = new Map<string, boolean>();
  #current: VirtualJob | undefined;
  #changed = Promise.withResolvers<void>();
  readonly #started = performance.now();

  constructor(options: PrinterOptions) {
    this.options = options;
    this.behaviours = [...options.behaviours];
    for (const behaviour of this.behaviours) behaviour.onStart?.(this);
  }

  /** Seconds since switched on, from 1 (printer-up-time, RFC 8011, 5.4.29). */
  get upTime(): number {
    return 1 + Math.floor((performance.now() - this.#started) / 1000);
  }

  get stopped(): boolean {
    return [...this.conditions.values()].includes(true);
  }

  get state(): 'idle' | 'processing' | 'stopped' {
    if (this.stopped) return 'stopped';
    return this.#current?.processingAt === undefined ? 'idle' : 'processing';
  }

  /** Something happens to the machine: a full keyword such as `media-jam-error`. */
  raise(reason: string, stopsPaper = true): void {
    this.conditions.set(reason, stopsPaper);
    this.options.say(`page printer: ${reason}`);
    this.#change();
  }

  /** Somebody has put it right. */
  clear(reason: string): void {
    if (this.conditions.delete(reason)) this.options.say(`page printer: ${reason} cleared`);
    this.#change();
  }

  /** Power off and on: jobs are forgotten, sheets that are out stay out, conditions stay. */
  restart(): void {
    this.known.clear();
    this.options.say('page printer: restarted, its jobs are forgotten');
    if (this.#current) this.#end(this.#current, 'aborted', 'aborted-by-system');
  }

  /** Somebody at the printer gives the job under way up. */
  cancelAtPrinter(): void {
    if (this.#current) this.cancel(this.#current);
  }

  /** A new job, or undefined while the one before it keeps the engine. */
  async create(ticket: JobTicket): Promise<VirtualJob | undefined> {
    const patience = AbortSignal.timeout(this.options.busyAfterMs);
    const given = new Promise<void>(resolve => patience.addEventListener('abort', () => resolve()));
    while (this.#current && !patience.aborted) await Promise.race([this.#changed.promise, given]);
    if (this.#current) return undefined;
    const job = new VirtualJob(this.jobs.length + 1, ticket, this.upTime);
    this.#current = job;
    this.known.set(job.id, job);
    this.jobs.push(job);
    this.options.say(`page printer: job ${job.id} '${job.name}' made, copies ${job.copies}`);
    setTimeout(() => {
      if (job.processingAt === undefined) this.#end(job, 'aborted', 'aborted-by-system');
    }, this.options.documentWithinS * 1000).unref();
    return job;
  }

  /** Takes the document and begins to print. */
  submit(job: VirtualJob, document: Buffer): void {
    job.document = document;
    job.processingAt = this.upTime;
    job.set('processing', 'job-interpreting');
    this.options.say(`page printer: job ${job.id} received ${document.length} bytes`);
    void this.#print(job);
  }

  /** Gives the job up at the next sheet boundary. */
  cancel(job: VirtualJob): void {
    job.cancelAsked = true;
    if (job.processingAt === undefined) this.#end(job, 'canceled', 'job-canceled-by-user');
    else job.reasons = [...job.reasons, 'processing-to-stop-point'];
    this.#change();
  }

  async #print(job: VirtualJob): Promise<void> {
    try {
      job.pages = await countPages(job.document);
    } catch (error) {
      if (!(error instanceof PdfError)) throw error;
      this.options.say(`page printer: job ${job.id} is unreadable: ${error.message}`);
      return this.#end(job, 'aborted', 'aborted-by-system', 'document-format-error');
    }
    const sides = job.pages * job.copies;
    for (let side = 1; side <= sides; side++) {
      if (!(await this.#feed(job, side))) return this.#end(job, 'canceled', 'job-canceled-by-user');
      this.options.say(`page printer: job ${job.id} side ${side} of ${sides} out`);
    }
    this.#end(job, 'completed', 'job-completed-successfully');
  }

  /** One side; false when the job was given up before it moved. */
  async #feed(job: VirtualJob, side: number): Promise<boolean> {
    for (;;) {
      if (job.cancelAsked || this.#current !== job) return false;
      const fate = this.#fate(job, side);
      if (fate === 'feed' && !this.stopped) break;
      job.set('processing-stopped', 'printer-stopped');
      await this.#changed.promise;
    }
    job.set('processing', 'job-printing');
    await sleep(this.options.msPerPage);
    if (this.#current !== job) return false;
    job.impressions++;
    this.impressions++;
    return true;
  }

  #fate(job: VirtualJob, side: number) {
    for (const behaviour of this.behaviours) {
      const fate = behaviour.onPage?.({ job, side }, this);
      if (fate) return fate;
    }
    return 'feed';
  }

  #end(job: VirtualJob, state: 'canceled' | 'aborted' | 'completed', ...reasons: string[]): void {
    if (job.ended) return;
    job.set(state, ...reasons);
    job.endedAt = this.upTime;
    if (this.#current === job) this.#current = undefined;
    this.options.say(`page printer: job ${job.id} ${state}, ${job.impressions} out`);
    this.options.onJob?.(job);
    this.#change();
  }

  #change(): void {
    const before = this.#changed;
    this.#changed = Promise.withResolvers();
    before.resolve();
  }
}
