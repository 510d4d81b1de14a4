// The page stamps that something draws, each once.

import { isProtocolError } from '../../protocol/error.ts';
import { type PageStamp, readPageStamp } from '../../protocol/page-stamp.ts';
import { refusePdf } from './broken-rule.ts';
import { type PdfDictionary, PdfString } from './value.ts';

export const stampTag = 'Madoguchi';
/** Two that differ are refused by the gate's checks, whatever else there is: more need not be kept. */
const maxStamps = 2;

export class Stamps {
  #found = new Map<string, PageStamp>();
  #last: Buffer | undefined;

  get all(): readonly PageStamp[] {
    return [...this.#found.values()];
  }

  /** Takes the property list of a stamp's marked content. Errors: stamp. */
  add(properties: PdfDictionary): void {
    const value = properties.size === 1 ? properties.get('Stamp') : undefined;
    if (!(value instanceof PdfString)) refusePdf('stamp');
    const { raw } = value;
    if (this.#last?.equals(raw)) return;
    this.#last = raw;
    const text = raw.toString('latin1', 0, Math.min(raw.length, 514));
    const hex = /^<((?:[0-9a-f]{2}){1,256})>$/.exec(text)?.[1] ?? refusePdf('stamp');
    if (this.#found.size < maxStamps && !this.#found.has(hex)) this.#found.set(hex, read(hex));
  }

  addAll(others: Stamps): void {
    for (const [hex, stamp] of others.#found) if (this.#found.size < maxStamps) this.#found.set(hex, stamp);
  }
}

function read(hex: string): PageStamp {
  try {
    return readPageStamp(Buffer.from(hex, 'hex'));
  } catch (cause) {
    if (isProtocolError(cause)) return refusePdf('stamp', {}, cause);
    throw cause;
  }
}
