// The printer's own message about a problem, which often names the place: one line for the store's staff.
import { maxMessageLength } from '../contract/page.ts';
import { type IppGroup, stringsOf } from './ipp-response.ts';

export const messageAttributes = ['printer-state-message', 'printer-alert', 'printer-alert-description'];

/**
 * printer-state-message (RFC 8011, 5.4.13) and the descriptions of critical alerts (PWG 5100.9), without duplicates. Undefined
 * if the printer sends no message. Alerts and descriptions are matched by their order. If their numbers differ, all
 * descriptions are used.
 */
export function messageOf(printer: IppGroup | undefined): string | undefined {
  const descriptions = stringsOf(printer, 'printer-alert-description');
  const alerts = (printer?.attributes.get('printer-alert') ?? []).map(String); // octetString: bytes
  const critical = descriptions.filter(
    (_, i) => alerts.length !== descriptions.length || /(^|;)severity=critical(;|$)/.test(alerts[i] ?? ''),
  );
  const messages = [...stringsOf(printer, 'printer-state-message'), ...critical].map(clean).filter(Boolean);
  const all = [...[...new Set(messages)].join(' / ')];
  if (all.length === 0) return undefined;
  return all.length <= maxMessageLength ? all.join('') : `${all.slice(0, maxMessageLength - 1).join('')}…`;
}

/** Replaces control characters, invisible characters that change the text direction, and line breaks. */
const clean = (text: string): string => text.replace(/[\p{C}\p{Z}]+/gu, ' ').trim();
