// What a page printer promises, in IPP's words (RFC 8011). Paper is counted by impressions, never assumed.
import * as v from 'valibot';
import { count, text } from './fields.ts';

/** Most reasons of a state, and length of the longest in characters (keyword: RFC 8011, 5.1.4). */
export const maxReasons = 32;
export const maxReasonLength = 255;
/** Length of the longest job-uri, in octets (RFC 8011, 5.1.6). */
export const maxUriLength = 1023;
/** Greatest number of impressions of one job: far above what an order can come to. */
export const maxImpressions = 9999;
/** Length of the printer's own words, in characters: a sentence on a screen. */
export const maxMessageLength = 120;

const reasons = v.pipe(v.array(text(maxReasonLength)), v.maxLength(maxReasons), v.readonly());
/** One line; a character outside of the basic plane counts twice in a string's length. */
const message = v.pipe(
  text(2 * maxMessageLength),
  v.check(line => [...line].length <= maxMessageLength && !/\p{C}/u.test(line), 'expected one short line'),
);
/** Impressions so far of all copies, or -1 where the printer did not report them. */
const impressions = count(-1, maxImpressions);

export const pagePrinterStatus = v.strictObject({
  online: v.boolean(),
  /** IPP printer-state. */
  state: v.picklist(['idle', 'processing', 'stopped', 'unknown']),
  /**
   * printer-state-reasons as base keywords: -error, -warning and -report are cut off (RFC 8011, 5.4.12).
   * The error's code while the printer is away.
   */
  reasons,
  /** The printer's own words about them, such as the place of a jam: one line, at most 120 characters. */
  message: v.optional(message),
  accepting: v.boolean(),
  /** Ready to take a job now: online, idle, accepting, no job before it, and no reason that stops paper. */
  ready: v.boolean(),
});

/** A job made with Create-Job; its id is journaled before a document is sent. */
export const pageJob = v.strictObject({
  /** job-id (RFC 8011, 5.3.2): every later request names the job by it. */
  id: count(0, 2 ** 31 - 1),
  /** job-uri, for the record. */
  uri: text(maxUriLength),
});

export const jobOutcome = v.strictObject({
  /** `printed` only when completed, job-completed-successfully and impressions as expected. */
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

/** How far a print is, and what the printer complains of meanwhile. */
export const printProgress = v.strictObject({
  impressions,
  /** Base keywords; the error's code while the printer is away. */
  reasons,
  /** As in its status. */
  message: v.optional(message),
});

export type PagePrinterStatus = v.InferOutput<typeof pagePrinterStatus>;
export type PageJob = v.InferOutput<typeof pageJob>;
export type JobOutcome = v.InferOutput<typeof jobOutcome>;
export type PrintProgress = v.InferOutput<typeof printProgress>;

/** A job that the printer has not ended. */
export interface OpenJob extends PageJob {
  /** The transaction's id, where it is one of ours. */
  name: string;
  /** It has not begun: no document came, or another job is before it. */
  waits: boolean;
}

export interface PagePrinter {
  status(): Promise<PagePrinterStatus>;
  /**
   * `name` must hold nothing personal (the transaction's id). `limitMs`, here and below: how long it may take, where that is
   * less than the driver's own patience. Errors: page/offline, page/notAccepting, page/busy.
   */
  createJob(job: { name: string; copies: number; impressions: number }, limitMs?: number): Promise<PageJob>;
  /** Sends the one and last document of `job`. The PDF is never kept. Errors: page/unknown once a byte was sent. */
  sendDocument(job: PageJob, pdf: Buffer, limitMs?: number): Promise<void>;
  /** Waits for the job's end; `onProgress` gets each change. On `signal` it resolves with what is known then. */
  outcome(
    job: PageJob,
    expected: number,
    options: {
      signal: AbortSignal;
      onProgress?: (now: PrintProgress) => void;
    },
  ): Promise<JobOutcome>;
  /** Jobs that have not ended: after a start, those of a gate that died. Errors: page/*. */
  openJobs(): Promise<OpenJob[]>;
  /** Asks the printer to cancel the job. Paper may be out all the same: read the outcome afterwards. */
  cancelJob(job: PageJob, limitMs?: number): Promise<void>;
}
