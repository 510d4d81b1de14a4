// What goes into one batch of the ledger. Pure.
import type { Entry } from '../journal/entry.ts';

/** Max records in a batch. */
export const recordsInBatch = 1024;
/** Max bytes of all bodies in a batch. */
export const bytesInBatch = 256 << 10;

/** The first entries that fit, at least one where there is any, in the contract's form. */
export function batchOf(entries: readonly Entry[]): Pick<Entry, 'tag' | 'body'>[] {
  let bytes = 0;
  const over = entries.findIndex(({ body }, i) => {
    bytes += body.length;
    return i > 0 && (i >= recordsInBatch || bytes > bytesInBatch);
  });
  return entries.slice(0, over === -1 ? entries.length : over).map(({ tag, body }) => ({ tag, body }));
}
