// What a page printer promises, in IPP's words (RFC 8011). Paper is counted by impressions, never assumed.

export interface PagePrinterStatus {
  online: boolean;
  /** IPP printer-state. */
  state: 'idle' | 'processing' | 'stopped' | 'unknown';
  /** printer-state-reasons as base keywords: -error, -warning and -report are cut off (RFC 8011, 5.4.12). */
  reasons: readonly string[];
  /** What it says of them in its own words, such as the place of a jam: one line, at most 120 characters. */
  message?: string;
  accepting: boolean;
  /** Ready to take a job now: online, idle, accepting, no job before it, and no reason that stops paper. */
  ready: boolean;
}

/** A job made with Create-Job; its id is journaled before a document is sent. */
export interface PageJob {
  id: number;
  uri: string;
}

/** A job that the printer has not ended. */
export interface OpenJob extends PageJob {
  /** The transaction's id, where it is one of ours. */
  name: string;
  /** It has not begun: no document came, or another job is before it. */
  waits: boolean;
}

export interface JobOutcome {
  /** `printed` only when completed, job-completed-successfully and impressions as expected. */
  result: 'printed' | 'notPrinted' | 'unknown';
  /** IPP job-state keyword; `lost` when the printer no longer knows the job. */
  jobState:
    | 'pending'
    | 'pending-held'
    | 'processing'
    | 'processing-stopped'
    | 'canceled'
    | 'aborted'
    | 'completed'
    | 'lost';
  jobReasons: readonly string[];
  /** job-impressions-completed, or -1 where the printer did not tell. */
  impressions: number;
  expected: number;
}

/** How far a print is, and what the printer complains of meanwhile. */
export interface PrintProgress {
  impressions: number;
  /** Base keywords; the error's code while the printer is away. */
  reasons: readonly string[];
  /** As in its status. */
  message?: string;
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
  /** Waits for the job's end; `onProgress` hears each change. On `signal` it answers with what is known then. */
  outcome(
    job: PageJob,
    expected: number,
    options: {
      signal: AbortSignal;
      onProgress?: (now: PrintProgress) => void;
    },
  ): Promise<JobOutcome>;
  /** After a start they tell of a job whose gate died. Errors: page/*. */
  openJobs(): Promise<OpenJob[]>;
  /** Asks the printer to give the job up. Paper may be out all the same: read the outcome after it. */
  cancelJob(job: PageJob, limitMs?: number): Promise<void>;
}
