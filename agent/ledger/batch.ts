// What goes into one batch of the ledger. Pure.
import type { Entry } from '../journal/entry.ts';
import { recordsInBatch } from '../protocol/ledger.ts';

/** Max bytes of all bodies in a batch. */
const bytesInBatch = 256 << 10;
/** Bytes of a batch beside its records: signature, headers, terminal, session, numbers. And of a record beside its body: tag, CBOR. */
const [envelopeBytes, recordBytes] = [300, 32];
/** No record of the contract is smaller than this, in bytes. So no more of them are read than can fit. */
const minBodyBytes = 32;

/** How many records have to be read for a message of at most `maxBytes`, at least one. */
export const limitFor = (maxBytes: number): number =>
  Math.max(
    1,
    Math.min(recordsInBatch, Math.floor((maxBytes - envelopeBytes) / (recordBytes + minBodyBytes))),
  );

/** The first entries that fit into a message of at most `maxBytes`, at least one where there is any, in the contract's form. */
export function batchOf(entries: readonly Entry[], maxBytes = Infinity): Pick<Entry, 'tag' | 'body'>[] {
  let [bodies, message] = [0, envelopeBytes];
  const over = entries.findIndex(({ body }, i) => {
    bodies += body.length;
    message += body.length + recordBytes;
    return i > 0 && (i >= recordsInBatch || bodies > bytesInBatch || message > maxBytes);
  });
  return entries.slice(0, over === -1 ? entries.length : over).map(({ tag, body }) => ({ tag, body }));
}
