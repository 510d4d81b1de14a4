// What a printer says of its trouble in its own words, which often name the place: one line for the store's staff.
import { maxMessageLength } from '../contract/page.ts';
import { type IppGroup, stringsOf } from './ipp-response.ts';

export const wordAttributes = ['printer-state-message', 'printer-alert', 'printer-alert-description'];

/**
 * printer-state-message (RFC 8011, 5.4.13) and the descriptions of critical alerts (PWG 5100.9), without repeats; undefined where
 * it says nothing. Alert and description belong together by their order; where their numbers differ, each description is taken.
 */
export function wordsOf(printer: IppGroup | undefined): string | undefined {
  const descriptions = stringsOf(printer, 'printer-alert-description');
  const alerts = (printer?.attributes.get('printer-alert') ?? []).map(String); // octetString: bytes
  const critical = descriptions.filter(
    (_, i) => alerts.length !== descriptions.length || /(^|;)severity=critical(;|$)/.test(alerts[i] ?? ''),
  );
  const said = [...stringsOf(printer, 'printer-state-message'), ...critical].map(clean).filter(Boolean);
  const all = [...[...new Set(said)].join(' / ')];
  if (all.length === 0) return undefined;
  return all.length <= maxMessageLength ? all.join('') : `${all.slice(0, maxMessageLength - 1).join('')}…`;
}

/** No control character, no invisible one that turns the line's direction, no second line. */
const clean = (text: string): string => text.replace(/[\p{C}\p{Z}]+/gu, ' ').trim();
