// What goes into one batch of the ledger. Pure.
import type { Entry } from '../journal/entry.ts';

/** Most records of a batch. */
export const recordsInBatch = 1024;
/** Most bytes of a batch's bodies. */
export const bytesInBatch = 256 << 10;

/** The first entries that fit, at least one where there is one, as the contract has them. */
export function batchOf(entries: readonly Entry[]): Pick<Entry, 'tag' | 'body'>[] {
  let bytes = 0;
  const over = entries.findIndex(({ body }, i) => {
    bytes += body.length;
    return i > 0 && (i >= recordsInBatch || bytes > bytesInBatch);
  });
  return entries.slice(0, over === -1 ? entries.length : over).map(({ tag, body }) => ({ tag, body }));
}
