// The attributes of a job, for Get-Job-Attributes and Get-Jobs (RFC 8011, 5.3).
import { enumeration, integer, keyword, moment, nameValue, uri } from './ipp-values.ts';
import type { WireAttribute, WireGroup } from './ipp-wire.ts';
import type { JobState, VirtualJob } from './job.ts';
import type { VirtualPrinter } from './printer.ts';

const stateNumbers: Record<JobState, number> = {
  'pending-held': 4,
  processing: 5,
  'processing-stopped': 6,
  canceled: 7,
  aborted: 8,
  completed: 9,
};

/** The attributes in the answers to Create-Job, Print-Job and Send-Document (RFC 8011, 4.2.1.2). */
export function receiptAttributes(job: VirtualJob, printer: VirtualPrinter): WireAttribute[] {
  return [
    uri('job-uri', `${printer.uri}/${job.id}`),
    integer('job-id', job.id),
    enumeration('job-state', stateNumbers[job.state]),
    keyword('job-state-reasons', ...job.reasons),
  ];
}

function descriptionAttributes(job: VirtualJob, printer: VirtualPrinter): WireAttribute[] {
  return [
    ...receiptAttributes(job, printer),
    uri('job-printer-uri', printer.uri),
    nameValue('job-name', job.name),
    uri('job-uuid', job.uuid),
    nameValue('job-originating-user-name', job.ticket.user),
    integer('job-printer-up-time', printer.upTime),
    integer('time-at-creation', job.createdAt),
    moment('time-at-processing', job.processingAt),
    moment('time-at-completed', job.endedAt),
    integer('job-k-octets', Math.ceil(job.document.length / 1024)),
    integer('job-impressions-completed', job.impressions),
    ...(job.pages === undefined ? [] : [integer('job-impressions', job.pages)]),
  ];
}

function templateAttributes(job: VirtualJob): WireAttribute[] {
  return [
    integer('copies', job.copies),
    keyword('media', job.ticket.media),
    keyword('sides', job.ticket.sides),
  ];
}

/** A job as an attribute group, with the requested attributes only. */
export function jobGroup(job: VirtualJob, printer: VirtualPrinter, wanted: readonly string[]): WireGroup {
  const sets = {
    'job-description': descriptionAttributes(job, printer),
    'job-template': templateAttributes(job),
  };
  return { tag: 0x02, attributes: select(sets, wanted) };
}

/** Selects attributes by name, by group name or by `all` (RFC 8011, 4.2.5.1). */
export function select(sets: Record<string, WireAttribute[]>, wanted: readonly string[]): WireAttribute[] {
  return Object.entries(sets).flatMap(([set, attributes]) =>
    wanted.includes('all') || wanted.includes(set)
      ? attributes
      : attributes.filter(({ name }) => wanted.includes(name)),
  );
}
