// Limits a printer's reasons to the number and length that the contract allows. IPP limits the length, but not the number.
import { maxReasonLength, maxReasons } from '../contract/page.ts';

/** If there are too many, the reasons in `deciding` are kept before others. */
export function boundReasons(reasons: readonly string[], deciding: ReadonlySet<string>): string[] {
  const important = reasons.length > maxReasons ? reasons.filter(reason => deciding.has(reason)) : [];
  return [...new Set([...important, ...reasons])]
    .slice(0, maxReasons)
    .map(reason => reason.slice(0, maxReasonLength));
}
