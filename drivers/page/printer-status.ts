// Turns the response to Get-Printer-Attributes into a status. Pure.
import type { PagePrinterStatus } from '../contract/page.ts';
import { nameOf, printerStates } from './ipp-names.ts';
import { booleanOf, type IppGroup, integerOf, stringsOf } from './ipp-response.ts';
import { messageAttributes, messageOf } from './printer-message.ts';
import { boundReasons } from './reasons.ts';

export const statusAttributes = [
  'printer-state',
  'printer-state-reasons',
  'printer-is-accepting-jobs',
  'queued-job-count',
  ...messageAttributes,
];

/**
 * Base keywords of conditions that stop printing, or soon will (RFC 8011, 5.4.12). Conditions such as toner-low and
 * output-area-almost-full are only warnings.
 */
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

/** Removes -error, -warning or -report: a printer in state `processing` reports a jam as media-jam-warning. */
const baseKeyword = (reason: string): string => reason.replace(/-(error|warning|report)$/, '');

/** Base keywords of the reported reasons, without `none` and without duplicates. */
const baseReasons = (reasons: readonly string[]): string[] => [
  ...new Set(reasons.filter(reason => reason !== 'none').map(baseKeyword)),
];

export function statusOf(printer: IppGroup | undefined): PagePrinterStatus {
  const state = nameOf(printerStates, integerOf(printer, 'printer-state')) ?? 'unknown';
  const reported = stringsOf(printer, 'printer-state-reasons');
  const reasons = baseReasons(reported);
  const accepting = booleanOf(printer, 'printer-is-accepting-jobs') ?? false;
  // A vendor's own keyword also stops printing if the printer reports it as an error.
  const stops =
    reasons.some(reason => stopping.has(reason)) || reported.some(reason => reason.endsWith('-error'));
  // A waiting job blocks the next one although the printer reports `idle` (RFC 8011, 5.4.24). An example is a job whose
  // document was never sent because the gate crashed.
  const queued = integerOf(printer, 'queued-job-count') ?? 0;
  const ready = state === 'idle' && accepting && !stops && queued === 0;
  const message = ready ? undefined : messageOf(printer);
  return {
    online: true,
    state,
    reasons: boundReasons(reasons, stopping),
    ...(message && { message }),
    accepting,
    ready,
  };
}

/** The status of a printer that sent no usable response. `why` is the error's code. */
export const offlineStatus = (why: string): PagePrinterStatus => ({
  online: false,
  state: 'unknown',
  reasons: [why],
  accepting: false,
  ready: false,
});
