// The contract of a page printer, in terms of IPP (RFC 8011). Printed pages are known from the printer's count of impressions
// only, never assumed.
import * as v from 'valibot';
import { count, text } from './fields.ts';

/** Max. number of state reasons, and max. length of one, in characters (keyword: RFC 8011, 5.1.4). */
export const maxReasons = 32;
export const maxReasonLength = 255;
/** Max. length of a job-uri, in octets (RFC 8011, 5.1.6). */
export const maxUriLength = 1023;
/** Max. impressions of one job: far above the size of any order. */
export const maxImpressions = 9999;
/** Max. length of the printer's own message, in characters: one sentence on a screen. */
export const maxMessageLength = 120;

const reasons = v.pipe(v.array(text(maxReasonLength)), v.maxLength(maxReasons), v.readonly());
/** One line. A character outside of the basic multilingual plane counts twice in a string's length. */
const message = v.pipe(
  text(2 * maxMessageLength),
  v.check(line => [...line].length <= maxMessageLength && !/\p{C}/u.test(line), 'expected one short line'),
);
/** Impressions of all copies so far, or -1 if the printer did not report them. */
const impressions = count(-1, maxImpressions);

export const pagePrinterStatus = v.strictObject({
  online: v.boolean(),
  /** IPP printer-state. */
  state: v.picklist(['idle', 'processing', 'stopped', 'unknown']),
  /**
   * printer-state-reasons as base keywords, without -error, -warning and -report (RFC 8011, 5.4.12).
   * The error's code while the printer is offline.
   */
  reasons,
  /** The printer's own message about the reasons, such as the place of a jam: one line, max. 120 characters. */
  message: v.optional(message),
  accepting: v.boolean(),
  /** Ready for a job now: online, idle, accepting, no queued job, and no reason that stops printing. */
  ready: v.boolean(),
});

/** A job's number and URI at the printer, for the record. They identify no job: after a reset the printer gives them again. */
export const pageJob = v.strictObject({
  /** job-id (RFC 8011, 5.3.2). */
  id: count(0, 2 ** 31 - 1),
  uri: text(maxUriLength),
});

export const jobOutcome = v.strictObject({
  /** `printed` only if completed, with job-completed-successfully and the expected impressions. */
  result: v.picklist(['printed', 'notPrinted', 'unknown']),
  /** IPP job-state keyword; `lost` when the printer no longer knows the job. */
  jobState: v.picklist([
    'pending',
    'pending-held',
    'processing',
    'processing-stopped',
    'canceled',
    'aborted',
    'completed',
    'lost',
  ]),
  jobReasons: reasons,
  impressions,
  /** Impressions of the whole job: pages times copies. */
  expected: count(1, maxImpressions),
});

/** Progress of a print, and the problems that the printer reports meanwhile. */
export const printProgress = v.strictObject({
  impressions,
  /** Base keywords; the error's code while the printer is offline. */
  reasons,
  /** As in the printer's status. */
  message: v.optional(message),
});

export type PagePrinterStatus = v.InferOutput<typeof pagePrinterStatus>;
export type PageJob = v.InferOutput<typeof pageJob>;
export type JobOutcome = v.InferOutput<typeof jobOutcome>;
export type PrintProgress = v.InferOutput<typeof printProgress>;

/** What the printer is asked for. */
export interface PrintTicket {
  /** No personal data: it is the transaction's id. */
  name: string;
  copies: number;
  /** Of one copy. */
  impressions: number;
  /** PWG 5101.1 self-describing media name. */
  media: string;
  /** RFC 8011, 5.2.8. */
  sides: 'one-sided' | 'two-sided-long-edge';
}

/** What identifies one job at the printer: its number and its name, and its uuid where the printer gives one. */
export interface PrinterJob extends PageJob {
  /** job-name: the transaction's id if the job is ours. A job of the same number and another name is not this job. */
  name: string;
  /** job-uuid (PWG 5100.13), `urn:uuid:` and 36 characters. Undefined if the printer gives none. */
  uuid?: string | undefined;
}

/** A job that the printer has not ended. */
export interface OpenJob extends PrinterJob {
  /** The job has not begun: it has no document, or another job is before it. */
  waits: boolean;
}

export interface PagePrinter {
  status(): Promise<PagePrinterStatus>;
  /**
   * Asks whether the printer would take such a job. `limitMs`, here and below: max. duration in ms, if it is shorter than the
   * driver's own time limit. Errors: page/refused for paper, sides or copies that it does not offer; page/*.
   */
  validateJob(ticket: PrintTicket, limitMs?: number): Promise<void>;
  /**
   * Errors: page/offline, page/notAccepting, page/busy. After any of them the
   * printer may have the job: `openJobs` finds it by its name.
   */
  createJob(ticket: PrintTicket, limitMs?: number): Promise<PrinterJob>;
  /**
   * Sends the only document of `job`, if the printer still has that job. The driver keeps no copy of the PDF. Errors: page/lost
   * and others before a byte of the document was sent; page/unknown after that.
   */
  sendDocument(job: PrinterJob, pdf: Buffer, limitMs?: number): Promise<void>;
  /** Waits for the job's end. It is `lost` where the printer has another job of that number. `onProgress` receives each change. When `signal` aborts, it resolves with what is known then. */
  outcome(
    job: PrinterJob,
    expected: number,
    options: {
      signal: AbortSignal;
      onProgress?: (now: PrintProgress) => void;
    },
  ): Promise<JobOutcome>;
  /** Jobs that have not ended. After a start these are the jobs of a gate process that crashed. Errors: page/*. */
  openJobs(): Promise<OpenJob[]>;
  /** Asks the printer to cancel the job, and no other of that number. Paper may be out nevertheless: read the outcome afterwards. */
  cancelJob(job: PrinterJob, limitMs?: number): Promise<void>;
}
