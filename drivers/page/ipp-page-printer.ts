// The driver of a page printer that uses IPP (RFC 8010, RFC 8011). It handles one job at a time, sends the document once
// and reads the job's end.
import type { Clock } from '../base/clock.ts';
import {
  type JobOutcome,
  maxUriLength,
  type OpenJob,
  type PageJob,
  type PagePrinter,
  type PagePrinterStatus,
  type PrintProgress,
} from '../contract/page.ts';
import { IppClient } from './ipp-client.ts';
import type { IppLine } from './ipp-line.ts';
import { group, jobStates, nameOf, status } from './ipp-names.ts';
import { isLost, refusal, succeeded, unsupportedNames } from './ipp-refusal.ts';
import type { IppAttribute } from './ipp-request.ts';
import { groupOf, type IppGroup, integerOf, stringsOf } from './ipp-response.ts';
import { hasEnded, type JobReport, jobAttributes, judge, reportOf, unreported } from './job-outcome.ts';
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

  /**
   * `impressions` counts one copy (job-impressions, RFC 8011, 5.3.17.2). Errors: those of the contract; page/refused if the
   * printer would use another paper, sides, scaling or number of copies than requested; page/protocol if the job has no
   * job-uri or one longer than IPP allows (1023 octets). In both cases the job gets no document and is canceled by its id.
   */
  async createJob(
    job: { name: string; copies: number; impressions: number },
    limitMs?: number,
  ): Promise<PageJob> {
    const { media, sides, printScaling } = this.#profile;
    const template: IppAttribute[] = [
      ['integer', 'copies', job.copies],
      ['keyword', 'media', media],
      ['keyword', 'sides', sides],
    ];
    if (printScaling) template.push(['keyword', 'print-scaling', printScaling]);
    const response = await this.#client.call('Create-Job', {
      attributes: [
        ['name', 'job-name', job.name],
        ['boolean', 'ipp-attribute-fidelity', true],
        ['integer', 'job-impressions', job.impressions],
      ],
      jobAttributes: template,
      limitMs,
    });
    const created = groupOf(response, group.job);
    const id = jobIdOf(created);
    const uri = jobUriOf(created);
    if (id === undefined) throw new PageError('page/protocol', 'no job-id after Create-Job');
    if (uri === undefined)
      return await this.#refuse(
        id,
        new PageError('page/protocol', 'no job-uri, or one that is too long, after Create-Job'),
      );
    const ignored = unsupportedNames(response);
    if (template.some(([, name]) => ignored.includes(name)))
      return await this.#refuse(id, refusal('Create-Job', response));
    return { id, uri };
  }

  /** Cancels a job that gets no document, then throws `why`. If the cancel fails, its error becomes the cause. */
  async #refuse(id: number, why: PageError): Promise<never> {
    await this.#cancel(id).catch(cause => {
      why.cause = cause;
    });
    throw why;
  }

  /** Every failure after the connection was made is page/unknown: read the outcome to learn whether the job was printed. */
  async sendDocument(job: PageJob, pdf: Buffer, limitMs?: number): Promise<void> {
    try {
      await this.#client.call('Send-Document', {
        jobId: job.id,
        attributes: [
          ['mimeMediaType', 'document-format', 'application/pdf'],
          ['boolean', 'last-document', true],
        ],
        document: pdf,
        limitMs,
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
    job: PageJob,
    expected: number,
    options: {
      signal: AbortSignal;
      onProgress?: (now: PrintProgress) => void;
    },
  ): Promise<JobOutcome> {
    const { signal, onProgress } = options;
    let report = unreported;
    let lastReported = '';
    for (let polls = 0; !signal.aborted; polls++) {
      let complaint: Pick<PrintProgress, 'reasons' | 'message'> = { reasons: [] };
      try {
        // The printer is read before the job: a problem that it reports has then already affected the job's state.
        const { reasons, message } = statusOf(await this.#printerAttributes(signal));
        complaint = { reasons, ...(message && { message }) };
        report = await this.#jobReport(job, report, signal);
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

  /** No error for a job that has ended or that the printer no longer knows: it needs no cancel. */
  async cancelJob(job: PageJob, limitMs?: number): Promise<void> {
    await this.#cancel(job.id, limitMs);
  }

  async #cancel(jobId: number, limitMs?: number): Promise<void> {
    const response = await this.#client.ask('Cancel-Job', { jobId, attributes: [], limitMs });
    if (succeeded(response) || isLost(response) || response.status === status.notPossible) return;
    throw refusal('Cancel-Job', response);
  }

  async openJobs(): Promise<OpenJob[]> {
    const response = await this.#client.call('Get-Jobs', {
      attributes: [
        ['keyword', 'which-jobs', 'not-completed'],
        ['keyword', 'requested-attributes', 'job-id', 'job-uri', 'job-name', 'job-state'],
      ],
    });
    return response.groups
      .filter(({ tag }) => tag === group.job)
      .map(found => {
        const id = jobIdOf(found);
        if (id === undefined) throw new PageError('page/protocol', 'a job without job-id in Get-Jobs');
        const state = nameOf(jobStates, integerOf(found, 'job-state'));
        const uri = jobUriOf(found) ?? ''; // optional: the id is enough to cancel the job
        return { id, uri, name: stringsOf(found, 'job-name')[0] ?? '', waits: state === 'pending' };
      });
  }

  async #jobReport(job: PageJob, last: JobReport, signal: AbortSignal): Promise<JobReport> {
    const response = await this.#client.ask('Get-Job-Attributes', {
      jobId: job.id,
      attributes: [['keyword', 'requested-attributes', ...jobAttributes]],
      signal,
    });
    if (isLost(response)) return { ...last, jobState: 'lost' };
    if (!succeeded(response)) throw refusal('Get-Job-Attributes', response);
    const attributes = groupOf(response, group.job);
    const report = reportOf(attributes);
    const id = integerOf(attributes, 'job-id');
    if (!report || (id !== undefined && id !== job.id))
      throw new PageError('page/protocol', 'no job, or another job, in Get-Job-Attributes');
    return report;
  }

  async #printerAttributes(signal?: AbortSignal): Promise<IppGroup | undefined> {
    const response = await this.#client.call('Get-Printer-Attributes', {
      attributes: [['keyword', 'requested-attributes', ...statusAttributes]],
      signal,
    });
    return groupOf(response, group.printer);
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

/** 1 to 2^31-1 (RFC 8011, 5.3.2). */
function jobIdOf(found: IppGroup | undefined): number | undefined {
  const id = integerOf(found, 'job-id');
  return id !== undefined && id > 0 ? id : undefined;
}

function jobUriOf(found: IppGroup | undefined): string | undefined {
  const uri = stringsOf(found, 'job-uri')[0];
  return uri !== undefined && Buffer.byteLength(uri) <= maxUriLength ? uri : undefined;
}
