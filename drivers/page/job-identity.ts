// Which job a response of the printer describes. A printer that was reset numbers its jobs from 1 again, so a job is its number
// and its name, and its uuid where the printer gives one.
import { maxUriLength, type PrinterJob } from '../contract/page.ts';
import { type IppGroup, integerOf, stringsOf } from './ipp-response.ts';

export const identityAttributes = ['job-id', 'job-name', 'job-uuid'];

/** 1 to 2^31-1 (RFC 8011, 5.3.2). */
export function jobIdOf(found: IppGroup | undefined): number | undefined {
  const id = integerOf(found, 'job-id');
  return id !== undefined && id > 0 ? id : undefined;
}

/** Undefined if the printer gives none (PWG 5100.13), or something else in its place. */
export function jobUuidOf(found: IppGroup | undefined): string | undefined {
  const uuid = stringsOf(found, 'job-uuid')[0];
  return uuid !== undefined && /^urn:uuid:[0-9a-f-]{36}$/i.test(uuid) ? uuid : undefined;
}

export function jobUriOf(found: IppGroup | undefined): string | undefined {
  const uri = stringsOf(found, 'job-uri')[0];
  return uri !== undefined && Buffer.byteLength(uri) <= maxUriLength ? uri : undefined;
}

/** Undefined if the response does not say which job it describes: RFC 8011 (5.3.5) requires job-name. */
export function isSameJob(job: PrinterJob, found: IppGroup | undefined): boolean | undefined {
  const name = stringsOf(found, 'job-name')[0];
  const id = integerOf(found, 'job-id');
  if (name === undefined || (id !== undefined && id !== job.id)) return undefined;
  const uuid = jobUuidOf(found);
  return name === job.name && (job.uuid === undefined || uuid === undefined || uuid === job.uuid);
}
