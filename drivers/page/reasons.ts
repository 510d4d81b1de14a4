// Cuts a printer's reasons to the number and length that the contract allows. IPP limits the length, not the number.
import { maxReasonLength, maxReasons } from '../contract/page.ts';

/** Where there are too many, those in `deciding` are kept rather than others. */
export function boundReasons(reasons: readonly string[], deciding: ReadonlySet<string>): string[] {
  const first = reasons.length > maxReasons ? reasons.filter(reason => deciding.has(reason)) : [];
  return [...new Set([...first, ...reasons])]
    .slice(0, maxReasons)
    .map(reason => reason.slice(0, maxReasonLength));
}
