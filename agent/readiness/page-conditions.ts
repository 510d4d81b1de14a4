// What the store's staff do about a page printer, by the reasons that it reports: before a resident is served, and while it prints.
import type { PagePrinterStatus } from '../../drivers/contract/page.ts';
import { type Condition, type ConditionCode, conditionOf } from './condition-codes.ts';

/** The condition that is missing, by the printer's reason: base keywords (RFC 8011, 5.4.12). */
const codeOfReason: Readonly<Record<string, ConditionCode>> = {
  'media-empty': 'page/paper',
  'media-needed': 'page/paper',
  'input-tray-missing': 'page/paper',
  'media-jam': 'page/jam',
  'door-open': 'page/door',
  'cover-open': 'page/door',
  'interlock-open': 'page/door',
  'toner-empty': 'page/toner',
  'marker-supply-empty': 'page/toner',
  'output-area-full': 'page/output',
  'output-tray-missing': 'page/output',
  'developer-empty': 'page/notReady',
  'marker-waste-full': 'page/notReady',
  'opc-life-over': 'page/notReady',
  paused: 'page/notReady',
  shutdown: 'page/notReady',
  'page/offline': 'page/offline', // ours, not the printer's: it went away in the middle of a print
};

/** Reasons that stop nothing yet: `toner-low`, `output-area-almost-full`, `opc-near-eol`. */
const warning = /-(low|almost-full|almost-empty|near-eol)$/;
export const isWarning = (reason: string): boolean => warning.test(reason);

type Complaint = Pick<PagePrinterStatus, 'reasons' | 'message'>;

/** Empty where the printer is ready for a job. */
export function pageConditions(page: PagePrinterStatus): Condition[] {
  if (!page.online) return [conditionOf('page/offline')];
  if (page.ready) return [];
  const conditions = conditionsWhilePrinting(page);
  if (conditions.length > 0) return conditions;
  if (page.state !== 'stopped' && unnamed(page).length === 0) return [conditionOf('page/busy')];
  return withWords([conditionOf('page/notReady')], page);
}

/** Empty where none of its reasons is known to stop paper. */
export const conditionsWhilePrinting = (complaint: Complaint): Condition[] =>
  withWords(
    [...new Set(complaint.reasons.flatMap(reason => codeOfReason[reason] ?? []))].map(conditionOf),
    complaint,
  );

const unnamed = ({ reasons }: Complaint): string[] =>
  reasons.filter(
    reason =>
      reason !== 'none' &&
      !isWarning(reason) &&
      (codeOfReason[reason] ?? 'page/notReady') === 'page/notReady',
  );

/** The printer knows the place (a tray, a cover): its own words go with the first condition. */
function withWords([first, ...more]: Condition[], complaint: Complaint): Condition[] {
  const words = complaint.message ?? unnamed(complaint).join(', ');
  if (!first || !words) return first ? [first, ...more] : [];
  const hint = `${first.hint} The printer says: ${words}`;
  return [{ ...first, hint, text: `${first.text}（プリンターの表示：${words}）` }, ...more];
}
