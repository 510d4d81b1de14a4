// What Get-Printer-Attributes says, as a status. Pure.
import type { PagePrinterStatus } from '../contract/page.ts';
import { nameOf, printerStates } from './ipp-names.ts';
import { booleanOf, type IppGroup, integerOf, stringsOf } from './ipp-response.ts';
import { wordAttributes, wordsOf } from './printer-words.ts';
import { boundReasons } from './reasons.ts';

export const statusAttributes = [
  'printer-state',
  'printer-state-reasons',
  'printer-is-accepting-jobs',
  'queued-job-count',
  ...wordAttributes,
];

/** Base keywords that stop paper or are about to (RFC 8011, 5.4.12). Low and almost-full ones are warnings. */
const stopping: ReadonlySet<string> = new Set([
  'connecting-to-device',
  'cover-open',
  'developer-empty',
  'door-open',
  'fuser-over-temp',
  'fuser-under-temp',
  'input-tray-missing',
  'interlock-open',
  'interpreter-resource-unavailable',
  'marker-supply-empty',
  'marker-waste-full',
  'media-empty',
  'media-jam',
  'media-needed',
  'moving-to-paused',
  'opc-life-over',
  'output-area-full',
  'output-tray-missing',
  'paused',
  'shutdown',
  'spool-area-full',
  'stopped-partly',
  'stopping',
  'timed-out',
  'toner-empty',
]);

/** Cuts -error, -warning or -report off: a jam is seen as media-jam-warning on a printer that still says processing. */
const baseKeyword = (reason: string): string => reason.replace(/-(error|warning|report)$/, '');

/** Base keywords of the reported reasons, without `none` and without repeats. */
const baseReasons = (reasons: readonly string[]): string[] => [
  ...new Set(reasons.filter(reason => reason !== 'none').map(baseKeyword)),
];

export function statusOf(printer: IppGroup | undefined): PagePrinterStatus {
  const state = nameOf(printerStates, integerOf(printer, 'printer-state')) ?? 'unknown';
  const told = stringsOf(printer, 'printer-state-reasons');
  const reasons = baseReasons(told);
  const accepting = booleanOf(printer, 'printer-is-accepting-jobs') ?? false;
  // A vendor's own keyword stops paper too when the printer calls it an error.
  const stops =
    reasons.some(reason => stopping.has(reason)) || told.some(reason => reason.endsWith('-error'));
  // a job that waits, such as one whose document a gate that died never sent, keeps the next one out while the printer
  // says idle (RFC 8011, 5.4.24)
  const queued = integerOf(printer, 'queued-job-count') ?? 0;
  const ready = state === 'idle' && accepting && !stops && queued === 0;
  const message = ready ? undefined : wordsOf(printer);
  return {
    online: true,
    state,
    reasons: boundReasons(reasons, stopping),
    ...(message && { message }),
    accepting,
    ready,
  };
}

/** A printer that gave no usable answer; `why` is the error's code. */
export const offlineStatus = (why: string): PagePrinterStatus => ({
  online: false,
  state: 'unknown',
  reasons: [why],
  accepting: false,
  ready: false,
});
