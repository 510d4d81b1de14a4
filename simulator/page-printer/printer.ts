// The virtual page printer: one engine, one job at a time, conditions that stop the paper, and a counter that only rises.
import { setTimeout as sleep } from 'node:timers/promises';
import type { WireRequest, WireResponse } from './ipp-wire.ts';
import { type JobTicket, VirtualJob } from './job.ts';
import { countPages, PdfError } from './pdf.ts';

/** A response; raw bytes; `hangUp`: the connection is closed; `silence`: it stays open and no answer comes. */
export type Answer = WireResponse | { bytes: Buffer } | 'hangUp' | 'silence';

/** `feed`: the side is printed. `hold`: the printer waits until its state changes, then asks the behaviours again. */
type PageFate = 'feed' | 'hold';

/** A page that is about to leave the tray. `side` counts from 1 over all copies of the job. */
interface PageDue {
  job: VirtualJob;
  side: number;
}

/** Behaviours are tried in order. The first that has an answer decides. */
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
  /** Receives each job when it has ended. */
  onJob?: (job: VirtualJob) => void;
  /** Time to print one side, ms. */
  msPerPage: number;
  /** How long a new job waits for the previous one before it is refused with server-error-busy, ms. */
  busyAfterMs: number;
  /** A job without a document is aborted after this time (multiple-operation-time-out), s. */
  documentWithinS: number;
}

export class VirtualPrinter {
  readonly options: PrinterOptions;
  /** Tried in order. A fault may be added and removed at any time. */
  readonly behaviours: Behaviour[];
  /** printer-uri-supported. With a loopback port it is set when the port is open. */
  uri = 'ipp://localhost/ipp/print';
  /** Jobs that the printer knows. A restart clears it. */
  readonly known = new Map<number, VirtualJob>();
  /** All jobs, also those that the printer lost at a restart. */
  readonly jobs: VirtualJob[] = [];
  /** Sides printed since the printer was made, and those of them that were test pages. Both only rise. */
  impressions = 0;
  testPages = 0;
  /** Current printer-state-reasons. The value: whether the reason stops the paper. */
  readonly conditions = new Map<string, boolean>();
  /** The last job-id that was given. */
  #lastNumber = 0;
  #current: VirtualJob | undefined;
  #changed = Promise.withResolvers<void>();
  readonly #started = performance.now();

  constructor(options: PrinterOptions) {
    this.options = options;
    this.behaviours = [...options.behaviours];
    for (const behaviour of this.behaviours) behaviour.onStart?.(this);
  }

  /** Seconds since the printer was switched on, from 1 (printer-up-time, RFC 8011, 5.4.29). */
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

  /** Adds a state reason: a full keyword such as `media-jam-error`. */
  raise(reason: string, stopsPaper = true): void {
    this.conditions.set(reason, stopsPaper);
    this.options.say(`page printer: ${reason}`);
    this.#change();
  }

  /** Removes a state reason: a person has corrected it. */
  clear(reason: string): void {
    if (this.conditions.delete(reason)) this.options.say(`page printer: ${reason} cleared`);
    this.#change();
  }

  /** Power off and on: the jobs are lost and numbered from 1 again; the printed sheets and the state reasons stay. */
  restart(): void {
    this.known.clear();
    this.#lastNumber = 0;
    this.options.say('page printer: restarted, its jobs are lost');
    if (this.#current) this.#end(this.#current, 'aborted', 'aborted-by-system');
  }

  /** A person has the printer print one page of its own. It is a job with the next number, of no client, and is printed at once. */
  printTestPage(): void {
    const ticket = { name: 'Test Page', user: 'operator', copies: 1, media: '', sides: '' };
    const job = new VirtualJob(++this.#lastNumber, ticket, this.upTime);
    job.pages = job.impressions = 1;
    this.impressions++;
    this.testPages++;
    job.processingAt = job.endedAt = this.upTime;
    job.set('completed', 'job-completed-successfully');
    this.known.set(job.id, job);
    this.options.say(`page printer: job ${job.id} is a test page`);
  }

  /** A person at the printer cancels the current job. */
  cancelAtPrinter(): void {
    if (this.#current) this.cancel(this.#current);
  }

  /** A new job; undefined if the previous one still uses the engine after `busyAfterMs`. */
  async create(ticket: JobTicket): Promise<VirtualJob | undefined> {
    const timeLimit = AbortSignal.timeout(this.options.busyAfterMs);
    const timedOut = new Promise<void>(resolve => timeLimit.addEventListener('abort', () => resolve()));
    while (this.#current && !timeLimit.aborted) await Promise.race([this.#changed.promise, timedOut]);
    if (this.#current) return undefined;
    const job = new VirtualJob(++this.#lastNumber, ticket, this.upTime);
    this.#current = job;
    this.known.set(job.id, job);
    this.jobs.push(job);
    this.options.say(`page printer: job ${job.id} '${job.name}' made, copies ${job.copies}`);
    setTimeout(() => {
      if (job.processingAt === undefined) this.#end(job, 'aborted', 'aborted-by-system');
    }, this.options.documentWithinS * 1000).unref();
    return job;
  }

  /** Receives the document and starts to print. */
  submit(job: VirtualJob, document: Buffer): void {
    job.document = document;
    job.processingAt = this.upTime;
    job.set('processing', 'job-interpreting');
    this.options.say(`page printer: job ${job.id} received ${document.length} bytes`);
    void this.#print(job);
  }

  /** Cancels the job before its next sheet. */
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
      this.options.say(`page printer: job ${job.id} side ${side} of ${sides} printed`);
    }
    this.#end(job, 'completed', 'job-completed-successfully');
  }

  /** Prints one side; false if the job was canceled before. */
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
    this.options.say(`page printer: job ${job.id} ${state}, ${job.impressions} sides printed`);
    this.options.onJob?.(job);
    this.#change();
  }

  #change(): void {
    const before = this.#changed;
    this.#changed = Promise.withResolvers();
    before.resolve();
  }
}
