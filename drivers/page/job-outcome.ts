// Decides the outcome of a job from the printer's reports. Pure. If paper may be out, the outcome is `unknown`.
import { type JobOutcome, maxImpressions } from '../contract/page.ts';
import { jobStates, nameOf } from './ipp-names.ts';
import { type IppGroup, integerOf, stringsOf } from './ipp-response.ts';
import { PageError } from './page-error.ts';
import { boundReasons } from './reasons.ts';

export const reportAttributes = ['job-state', 'job-state-reasons', 'job-impressions-completed'];

/** The last report of a job. */
export interface JobReport {
  jobState: JobOutcome['jobState'];
  jobReasons: readonly string[];
  /** Impressions of all copies so far; -1 if not reported, or if the number is above `maxImpressions`. */
  impressions: number;
}

/** For a job that was created and has no report yet. */
export const unreported: JobReport = { jobState: 'pending', jobReasons: [], impressions: -1 };

/** Errors: page/protocol if the response has no known job-state, which RFC 8011 (5.3.7) requires. */
export function reportOf(job: IppGroup): JobReport {
  const jobState = nameOf(jobStates, integerOf(job, 'job-state'));
  if (jobState === undefined) throw new PageError('page/protocol', 'no known job-state');
  return {
    jobState,
    jobReasons: stringsOf(job, 'job-state-reasons').filter(reason => reason !== 'none'),
    impressions: countable(integerOf(job, 'job-impressions-completed')),
  };
}

const countable = (reported: number | undefined): number =>
  reported !== undefined && reported >= 0 && reported <= maxImpressions ? reported : -1;

const stillMoving = 'processing-to-stop-point';
const successful = 'job-completed-successfully';
const deciding: ReadonlySet<string> = new Set([stillMoving, successful]);

/** A job with processing-to-stop-point still moves paper in any job-state (RFC 8011, 5.3.8). */
export function hasEnded({ jobState, jobReasons }: JobReport): boolean {
  return ['canceled', 'aborted', 'completed'].includes(jobState) && !jobReasons.includes(stillMoving);
}

/** `expected` counts the impressions of all copies. */
export function judge(report: JobReport, expected: number): JobOutcome {
  const jobReasons = boundReasons(report.jobReasons, deciding);
  return { ...report, jobReasons, expected, result: resultOf(report, expected) };
}

function resultOf(report: JobReport, expected: number): JobOutcome['result'] {
  if (!hasEnded(report)) return 'unknown';
  if (report.jobState === 'completed') {
    const isSuccess = report.jobReasons.includes(successful);
    return isSuccess && report.impressions === expected ? 'printed' : 'unknown';
  }
  return report.impressions === 0 ? 'notPrinted' : 'unknown';
}
