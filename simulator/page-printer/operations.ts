// The operations of the printer (RFC 8011, 4.2 and 4.3), each a function of the request and the printer.
import { checkDocument, checkRequest, insists, unsupportedTemplate } from './check-request.ts';
import * as status from './ipp-status.ts';
import { bare, firstInteger, groupOf, operationFlag, operationInteger, texts } from './ipp-values.ts';
import type { WireAttribute, WireRequest, WireResponse } from './ipp-wire.ts';
import type { VirtualJob } from './job.ts';
import { jobGroup, receiptAttributes, select } from './job-attributes.ts';
import type { VirtualPrinter } from './printer.ts';
import { capabilities, descriptionAttributes, templateAttributes } from './printer-attributes.ts';

type Operation = (request: WireRequest, printer: VirtualPrinter) => WireResponse | Promise<WireResponse>;

const operations: Record<number, Operation> = {
  2: printJob,
  4: validateJob,
  5: createJob,
  6: sendDocument,
  8: cancelJob,
  9: getJobAttributes,
  10: getJobs,
  11: getPrinterAttributes,
};

/** The answer of a printer without fault. */
export async function operate(request: WireRequest, printer: VirtualPrinter): Promise<WireResponse> {
  const refused = checkRequest(request);
  if (refused) return refused;
  return (await operations[request.operation]?.(request, printer)) ?? bare(status.OPERATION_NOT_SUPPORTED);
}

async function printJob(request: WireRequest, printer: VirtualPrinter): Promise<WireResponse> {
  const refused = checkDocument(request);
  if (refused) return refused;
  if (request.document.length === 0) return bare(status.BAD_REQUEST);
  const made = await makeJob(request, printer);
  if (!('job' in made)) return made;
  printer.submit(made.job, request.document);
  return accepted(made.job, printer, made.ignored);
}

function validateJob(request: WireRequest): WireResponse {
  const ignored = unsupportedTemplate(request);
  return checkDocument(request) ?? (insists(request) && ignored.length ? rejected(ignored) : bare(status.OK));
}

async function createJob(request: WireRequest, printer: VirtualPrinter): Promise<WireResponse> {
  const made = await makeJob(request, printer);
  return 'job' in made ? accepted(made.job, printer, made.ignored) : made;
}

function sendDocument(request: WireRequest, printer: VirtualPrinter): WireResponse {
  const last = operationFlag(request, 'last-document');
  if (last === undefined || request.document.length === 0) return bare(status.BAD_REQUEST);
  if (!last) return bare(status.ONE_DOCUMENT_ONLY);
  const job = jobOf(request, printer);
  if (!job) return bare(status.NOT_FOUND);
  if (job.state !== 'pending-held') return bare(status.NOT_POSSIBLE);
  const refused = checkDocument(request);
  if (refused) return refused;
  printer.submit(job, request.document);
  return accepted(job, printer, []);
}

function cancelJob(request: WireRequest, printer: VirtualPrinter): WireResponse {
  const job = jobOf(request, printer);
  if (!job) return bare(status.NOT_FOUND);
  if (job.ended || job.cancelAsked) return bare(status.NOT_POSSIBLE);
  printer.cancel(job);
  return bare(status.OK);
}

function getJobAttributes(request: WireRequest, printer: VirtualPrinter): WireResponse {
  const job = jobOf(request, printer);
  if (!job) return bare(status.NOT_FOUND);
  return { status: status.OK, groups: [jobGroup(job, printer, wanted(request, ['all']))] };
}

function getJobs(request: WireRequest, printer: VirtualPrinter): WireResponse {
  const [which = 'not-completed'] = texts(request, 'which-jobs');
  if (!['completed', 'not-completed', 'all'].includes(which)) return bare(status.VALUES_NOT_SUPPORTED);
  const user = operationFlag(request, 'my-jobs') ? texts(request, 'requesting-user-name')[0] : undefined;
  const jobs = [...printer.known.values()]
    .filter(job => which === 'all' || job.ended === (which === 'completed'))
    .filter(job => user === undefined || job.ticket.user === user);
  // Ended jobs are listed newest first (RFC 8011, 4.2.6.1).
  if (which === 'completed') jobs.reverse();
  const some = jobs.slice(0, operationInteger(request, 'limit'));
  const names = wanted(request, ['job-id', 'job-uri']);
  return { status: status.OK, groups: some.map(job => jobGroup(job, printer, names)) };
}

function getPrinterAttributes(request: WireRequest, printer: VirtualPrinter): WireResponse {
  const sets = {
    'job-template': templateAttributes(),
    'printer-description': descriptionAttributes(printer),
  };
  return { status: status.OK, groups: [{ tag: 0x04, attributes: select(sets, wanted(request, ['all'])) }] };
}

function wanted(request: WireRequest, byDefault: string[]): string[] {
  const names = texts(request, 'requested-attributes');
  return names.length ? names : byDefault;
}

/** Finds the job by printer-uri with job-id, or by job-uri (RFC 8011, 4.1.5). */
function jobOf(request: WireRequest, printer: VirtualPrinter): VirtualJob | undefined {
  const inUri = /\/(\d+)$/.exec(texts(request, 'job-uri')[0] ?? '')?.[1];
  return printer.known.get(operationInteger(request, 'job-id') ?? Number(inUri));
}

async function makeJob(
  request: WireRequest,
  printer: VirtualPrinter,
): Promise<WireResponse | { job: VirtualJob; ignored: WireAttribute[] }> {
  const ignored = unsupportedTemplate(request);
  if (insists(request) && ignored.length) return rejected(ignored);
  const honoured = groupOf(request, 0x02).filter(attribute => !ignored.includes(attribute));
  const find = (name: string) => honoured.find(attribute => attribute.name === name);
  const job = await printer.create({
    name: texts(request, 'job-name')[0] ?? 'untitled',
    user: texts(request, 'requesting-user-name')[0] ?? 'anonymous',
    copies: firstInteger(find('copies')) ?? 1,
    media: find('media')?.values[0]?.bytes.toString() ?? capabilities.media[0],
    sides: find('sides')?.values[0]?.bytes.toString() ?? capabilities.sides[0],
  });
  return job ? { job, ignored } : bare(status.BUSY);
}

const rejected = (attributes: WireAttribute[]): WireResponse => ({
  status: status.VALUES_NOT_SUPPORTED,
  groups: [{ tag: 0x05, attributes }],
});

function accepted(job: VirtualJob, printer: VirtualPrinter, ignored: WireAttribute[]): WireResponse {
  const jobAttributes = { tag: 0x02, attributes: receiptAttributes(job, printer) };
  return ignored.length
    ? { status: status.OK_SUBSTITUTED, groups: [{ tag: 0x05, attributes: ignored }, jobAttributes] }
    : { status: status.OK, groups: [jobAttributes] };
}
