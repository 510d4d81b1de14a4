// A page printer that speaks IPP (RFC 8010, RFC 8011): one job at a time, its document sent once, its end read.
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
import { hasEnded, type JobSight, jobAttributes, judge, sightOf, unseen } from './job-outcome.ts';
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

  /** Never throws for a printer that is away or talks nonsense: `online` is false, the reason is the error's code. */
  async status(): Promise<PagePrinterStatus> {
    try {
      return statusOf(await this.#printerAttributes());
    } catch (error) {
      if (isPageError(error)) return offlineStatus(error.code);
      throw error;
    }
  }

  /**
   * `impressions` counts one copy (job-impressions, RFC 8011, 5.3.17.2). A printer that would put another paper,
   * side, scale or number of copies in place of ours is refused before it has a document: page/refused. So is one whose
   * job has no job-uri, or a longer one than IPP has (1023 octets): page/protocol. Its job is canceled, by its id.
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
    const made = groupOf(response, group.job);
    const id = jobIdOf(made);
    const uri = jobUriOf(made);
    if (id === undefined) throw new PageError('page/protocol', 'no job-id after Create-Job');
    if (uri === undefined)
      return await this.#refuse(
        id,
        new PageError('page/protocol', 'no job-uri, or too long a one, after Create-Job'),
      );
    const ignored = unsupportedNames(response);
    if (template.some(([, name]) => ignored.includes(name)))
      return await this.#refuse(id, refusal('Create-Job', response));
    return { id, uri };
  }

  /** Cancels a job that gets no document, then throws `why`. Where it can't be canceled, that error is the cause. */
  async #refuse(id: number, why: PageError): Promise<never> {
    await this.#cancel(id).catch(cause => {
      why.cause = cause;
    });
    throw why;
  }

  /** Whatever fails after the connection stood is page/unknown: the outcome says what became of the job. */
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
   * A printer that is away for a while is asked again until it answers or `signal` comes; progress then has the
   * error's code as reason. `jobState` is the last reported one, or `pending`.
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
    let sight = unseen;
    let told = '';
    for (let looks = 0; !signal.aborted; looks++) {
      let said: Pick<PrintProgress, 'reasons' | 'message'> = { reasons: [] };
      try {
        // The printer first: what it complains of has then already had its effect on the job that is read after it.
        const { reasons, message } = statusOf(await this.#printerAttributes(signal));
        said = { reasons, ...(message && { message }) };
        sight = await this.#look(job, sight, signal);
        if (sight.jobState === 'lost' || hasEnded(sight)) break;
      } catch (error) {
        if (signal.aborted) break;
        if (!isPageError(error)) throw error;
        said = { reasons: [error.code] };
      }
      const now = { impressions: sight.impressions, ...said };
      if (JSON.stringify(now) !== told) onProgress?.(now);
      told = JSON.stringify(now);
      await this.#pause(looks, signal);
    }
    return judge(sight, expected);
  }

  /** A job that has ended, or that the printer no longer knows, needs no cancelling: no error. */
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
        const uri = jobUriOf(found) ?? ''; // the id alone is needed to cancel it
        return { id, uri, name: stringsOf(found, 'job-name')[0] ?? '', waits: state === 'pending' };
      });
  }

  async #look(job: PageJob, last: JobSight, signal: AbortSignal): Promise<JobSight> {
    const response = await this.#client.ask('Get-Job-Attributes', {
      jobId: job.id,
      attributes: [['keyword', 'requested-attributes', ...jobAttributes]],
      signal,
    });
    if (isLost(response)) return { ...last, jobState: 'lost' };
    if (!succeeded(response)) throw refusal('Get-Job-Attributes', response);
    const told = groupOf(response, group.job);
    const sight = sightOf(told);
    const id = integerOf(told, 'job-id');
    if (!sight || (id !== undefined && id !== job.id))
      throw new PageError('page/protocol', 'no job, or another, in Get-Job-Attributes');
    return sight;
  }

  async #printerAttributes(signal?: AbortSignal): Promise<IppGroup | undefined> {
    const response = await this.#client.call('Get-Printer-Attributes', {
      attributes: [['keyword', 'requested-attributes', ...statusAttributes]],
      signal,
    });
    return groupOf(response, group.printer);
  }

  /** Short at first, for a page or two on a fast printer; each twice the one before. */
  async #pause(looks: number, signal: AbortSignal): Promise<void> {
    const { pollMs } = this.#profile;
    try {
      await this.#clock.sleep(Math.min(pollMs, (pollMs / 16) * 2 ** looks), signal);
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
