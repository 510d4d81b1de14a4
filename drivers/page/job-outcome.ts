// What became of a job, judged by what the printer reports. Pure. Where paper may be out, the answer is `unknown`.
import { type JobOutcome, maxImpressions } from '../contract/page.ts';
import { jobStates, nameOf } from './ipp-names.ts';
import { type IppGroup, integerOf, stringsOf } from './ipp-response.ts';
import { boundReasons } from './reasons.ts';

export const jobAttributes = ['job-id', 'job-state', 'job-state-reasons', 'job-impressions-completed'];

/** The last that is known of a job. */
export interface JobSight {
  jobState: JobOutcome['jobState'];
  jobReasons: readonly string[];
  /** Impressions so far, all copies; -1 where not reported, or where no job here can reach the number. */
  impressions: number;
}

/** Made, and not reported on yet. */
export const unseen: JobSight = { jobState: 'pending', jobReasons: [], impressions: -1 };

/** Undefined where the answer has no known job-state, which RFC 8011 (5.3.7) requires. */
export function sightOf(job: IppGroup | undefined): JobSight | undefined {
  const jobState = nameOf(jobStates, integerOf(job, 'job-state'));
  if (jobState === undefined) return undefined;
  return {
    jobState,
    jobReasons: stringsOf(job, 'job-state-reasons').filter(reason => reason !== 'none'),
    impressions: countable(integerOf(job, 'job-impressions-completed')),
  };
}

const countable = (said: number | undefined): number =>
  said !== undefined && said >= 0 && said <= maxImpressions ? said : -1;

const stillMoving = 'processing-to-stop-point';
const wellDone = 'job-completed-successfully';
const deciding: ReadonlySet<string> = new Set([stillMoving, wellDone]);

/** A job at processing-to-stop-point still moves paper, whatever its state (RFC 8011, 5.3.8). */
export function hasEnded({ jobState, jobReasons }: JobSight): boolean {
  return ['canceled', 'aborted', 'completed'].includes(jobState) && !jobReasons.includes(stillMoving);
}

/** `expected` counts the impressions of all copies. */
export function judge(sight: JobSight, expected: number): JobOutcome {
  const jobReasons = boundReasons(sight.jobReasons, deciding);
  return { ...sight, jobReasons, expected, result: resultOf(sight, expected) };
}

function resultOf(sight: JobSight, expected: number): JobOutcome['result'] {
  if (!hasEnded(sight)) return 'unknown';
  if (sight.jobState === 'completed') {
    const well = sight.jobReasons.includes(wellDone);
    return well && sight.impressions === expected ? 'printed' : 'unknown';
  }
  return sight.impressions === 0 ? 'notPrinted' : 'unknown';
}
