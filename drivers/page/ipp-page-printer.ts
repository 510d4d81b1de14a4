// The driver of a page printer that uses IPP (RFC 8010, RFC 8011). It handles one job at a time, sends the document once
// and reads the job's end.
import type { Clock } from '../base/clock.ts';
import type {
  JobOutcome,
  OpenJob,
  PagePrinter,
  PagePrinterStatus,
  PrinterJob,
  PrintProgress,
  PrintTicket,
} from '../contract/page.ts';
import { IppClient } from './ipp-client.ts';
import type { IppLine } from './ipp-line.ts';
import { group, jobStates, nameOf, status } from './ipp-names.ts';
import { isLost, refusal, succeeded, unsupportedNames } from './ipp-refusal.ts';
import type { IppAttribute } from './ipp-request.ts';
import { groupOf, type IppGroup, integerOf, stringsOf } from './ipp-response.ts';
import { identityAttributes, isSameJob, jobIdOf, jobUriOf, jobUuidOf } from './job-identity.ts';
import { hasEnded, type JobReport, judge, reportAttributes, reportOf, unreported } from './job-outcome.ts';
import { isPageError, PageError } from './page-error.ts';
import type { PageProfile } from './page-profile.ts';
import { offlineStatus, statusAttributes, statusOf } from './printer-status.ts';

export class IppPagePrinter implements PagePrinter {
  readonly #client: IppClient;
  readonly #clock: Clock;
  readonly #profile: PageProfile;

  constructor(line: IppLine, clock: Clock, profile: PageProfile) {
    this.#client = new IppClient(line, profile);
    this.#clock = clock;
    this.#profile = profile;
  }

  /** Never throws for a printer that is offline or sends invalid responses: `online` is false, the reason is the error's code. */
  async status(): Promise<PagePrinterStatus> {
    try {
      return statusOf(await this.#printerAttributes());
    } catch (error) {
      if (isPageError(error)) return offlineStatus(error.code);
      throw error;
    }
  }

  /** Validate-Job (RFC 8011, 4.2.3): the same request as for the job, and no job is made. */
  async validateJob(ticket: PrintTicket, limitMs?: number): Promise<void> {
    const request = this.#requestOf(ticket);
    const response = await this.#client.call('Validate-Job', { ...request, limitMs });
    const ignored = unsupportedNames(response);
    if (request.jobAttributes.some(([, name]) => ignored.includes(name)))
      throw refusal('Validate-Job', response);
  }

  /** Exactly this is wanted, and nothing in its place. */
  #requestOf({ name, copies, impressions, media, sides }: PrintTicket) {
    const { printScaling } = this.#profile;
    const attributes: IppAttribute[] = [
      ['name', 'job-name', name],
      ['boolean', 'ipp-attribute-fidelity', true],
      ['integer', 'job-impressions', impressions],
    ];
    const jobAttributes: IppAttribute[] = [
      ['integer', 'copies', copies],
      ['keyword', 'media', media],
      ['keyword', 'sides', sides],
    ];
    if (printScaling) jobAttributes.push(['keyword', 'print-scaling', printScaling]);
    return { attributes, jobAttributes };
  }

  /**
   * `impressions` counts one copy (job-impressions, RFC 8011, 5.3.17.2). Errors: those of the contract; page/refused if the
   * printer would use another paper, sides, scaling or number of copies than requested; page/protocol if the job has no
   * job-uri or one longer than IPP allows (1023 octets). The job then gets no document and is canceled. page/lost if the printer
   * has no job of that number and name afterwards.
   */
  async createJob(ticket: PrintTicket, limitMs?: number): Promise<PrinterJob> {
    const left = this.#countdown(limitMs);
    const request = this.#requestOf(ticket);
    const response = await this.#client.call('Create-Job', { ...request, limitMs: left() });
    const created = groupOf(response, group.job);
    const id = jobIdOf(created);
    const uri = jobUriOf(created);
    if (id === undefined) throw new PageError('page/protocol', 'no job-id after Create-Job');
    const made: PrinterJob = { id, uri: uri ?? '', name: ticket.name };
    const ignored = unsupportedNames(response);
    if (uri === undefined)
      return await this.#refuse(
        made,
        new PageError('page/protocol', 'no job-uri, or one that is too long, after Create-Job'),
        left(),
      );
    if (request.jobAttributes.some(([, name]) => ignored.includes(name)))
      return await this.#refuse(made, refusal('Create-Job', response), left());
    const found = await this.#find(made, { limitMs: left() });
    if (!found) throw new PageError('page/lost', 'gone, or another name, after Create-Job');
    return { ...made, uuid: jobUuidOf(found) };
  }

  /** Cancels a job that gets no document, then throws `why`. If the cancel fails, its error becomes the cause. */
  async #refuse(job: PrinterJob, why: PageError, limitMs: number | undefined): Promise<never> {
    await this.cancelJob(job, limitMs).catch(cause => {
      why.cause = cause;
    });
    throw why;
  }

  /**
   * The printer is first asked for the job: after a reset, its number may belong to somebody else's job. Every failure after the
   * connection for the document was made is page/unknown: read the outcome to learn whether the job was printed.
   */
  async sendDocument(job: PrinterJob, pdf: Buffer, limitMs?: number): Promise<void> {
    const left = this.#countdown(limitMs);
    if (!(await this.#find(job, { limitMs: left() })))
      throw new PageError('page/lost', 'gone, or another name, before Send-Document');
    try {
      await this.#client.call('Send-Document', {
        jobId: job.id,
        attributes: [
          ['mimeMediaType', 'document-format', 'application/pdf'],
          ['boolean', 'last-document', true],
        ],
        document: pdf,
        limitMs: left(),
      });
    } catch (error) {
      if (!isPageError(error) || error.detail.sent === false) throw error;
      throw new PageError('page/unknown', error.code, {
        completion: error.completion,
        detail: { ...error.detail, code: error.code },
        cause: error,
      });
    }
  }

  /**
   * While the printer is offline, it is polled again until it answers or `signal` aborts; the progress then has the error's
   * code as its reason. `jobState` is the last reported one, or `pending`.
   */
  async outcome(
    job: PrinterJob,
    expected: number,
    options: {
      signal: AbortSignal;
      onProgress?: (now: PrintProgress) => void;
    },
  ): Promise<JobOutcome> {
    const { signal, onProgress } = options;
    let report: JobReport = unreported;
    let lastReported = '';
    for (let polls = 0; !signal.aborted; polls++) {
      let complaint: Pick<PrintProgress, 'reasons' | 'message'> = { reasons: [] };
      try {
        // The printer is read before the job: a problem that it reports has then already affected the job's state.
        const { reasons, message } = statusOf(await this.#printerAttributes(signal));
        complaint = { reasons, ...(message && { message }) };
        const found = await this.#find(job, { signal });
        report = found ? reportOf(found) : { ...report, jobState: 'lost' };
        if (report.jobState === 'lost' || hasEnded(report)) break;
      } catch (error) {
        if (signal.aborted) break;
        if (!isPageError(error)) throw error;
        complaint = { reasons: [error.code] };
      }
      const now = { impressions: report.impressions, ...complaint };
      if (JSON.stringify(now) !== lastReported) onProgress?.(now);
      lastReported = JSON.stringify(now);
      await this.#pause(polls, signal);
    }
    return judge(report, expected);
  }

  /** No error for a job that has ended or that the printer no longer has: it needs no cancel. */
  async cancelJob(job: PrinterJob, limitMs?: number): Promise<void> {
    const left = this.#countdown(limitMs);
    const found = await this.#find(job, { limitMs: left() });
    if (!found || hasEnded(reportOf(found))) return;
    const response = await this.#client.ask('Cancel-Job', {
      jobId: job.id,
      attributes: [],
      limitMs: left(),
    });
    if (succeeded(response) || isLost(response) || response.status === status.notPossible) return;
    throw refusal('Cancel-Job', response);
  }

  async openJobs(): Promise<OpenJob[]> {
    const response = await this.#client.call('Get-Jobs', {
      attributes: [
        ['keyword', 'which-jobs', 'not-completed'],
        ['keyword', 'requested-attributes', 'job-id', 'job-uri', 'job-name', 'job-uuid', 'job-state'],
      ],
    });
    return response.groups
      .filter(({ tag }) => tag === group.job)
      .map(found => {
        const id = jobIdOf(found);
        if (id === undefined) throw new PageError('page/protocol', 'a job without job-id in Get-Jobs');
        const state = nameOf(jobStates, integerOf(found, 'job-state'));
        const uri = jobUriOf(found) ?? ''; // optional: the id is enough to cancel the job
        const name = stringsOf(found, 'job-name')[0] ?? '';
        // RFC 8011 (4.2.4) has a job without a document `pending`; IPP Everywhere printers have it `pending-held`
        return {
          id,
          uri,
          name,
          uuid: jobUuidOf(found),
          waits: state === 'pending' || state === 'pending-held',
        };
      });
  }

  /** The job's attributes. Undefined where the printer has no job of that number, or another one. Errors: page/*. */
  async #find(
    job: PrinterJob,
    limits: { signal?: AbortSignal; limitMs?: number | undefined },
  ): Promise<IppGroup | undefined> {
    const response = await this.#client.ask('Get-Job-Attributes', {
      jobId: job.id,
      attributes: [['keyword', 'requested-attributes', ...identityAttributes, ...reportAttributes]],
      ...limits,
    });
    if (isLost(response)) return undefined;
    if (!succeeded(response)) throw refusal('Get-Job-Attributes', response);
    const found = groupOf(response, group.job);
    const isSame = isSameJob(job, found);
    if (isSame === undefined)
      throw new PageError(
        'page/protocol',
        'no job, one without a name, or another job, in Get-Job-Attributes',
      );
    return isSame ? found : undefined;
  }

  async #printerAttributes(signal?: AbortSignal): Promise<IppGroup | undefined> {
    const response = await this.#client.call('Get-Printer-Attributes', {
      attributes: [['keyword', 'requested-attributes', ...statusAttributes]],
      signal,
    });
    return groupOf(response, group.printer);
  }

  /** What is left of `limitMs` from now on, in ms, for several calls in a row; undefined without a limit. */
  #countdown(limitMs: number | undefined): () => number | undefined {
    const endMs = this.#clock.now() + (limitMs ?? 0);
    return () => (limitMs === undefined ? undefined : Math.max(0, endMs - this.#clock.now()));
  }

  /** Each pause is twice the previous one, up to `pollMs`. The initial one is short, for one or two pages on a fast printer. */
  async #pause(polls: number, signal: AbortSignal): Promise<void> {
    const { pollMs } = this.#profile;
    try {
      await this.#clock.sleep(Math.min(pollMs, (pollMs / 16) * 2 ** polls), signal);
    } catch (error) {
      if (!signal.aborted) throw error;
    }
  }
}
