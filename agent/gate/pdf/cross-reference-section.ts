// What a cross-reference section says (ISO 32000-1, 7.5.4 and 7.5.8), be it a table or a stream.
import type { StreamDecoder } from './decoder.ts';
import type { ValueBudget } from './parser.ts';
import type { PdfDictionary } from './value.ts';

export const maxObjects = 20_000;

/** Where an object is: at an offset of the file, or at an index of an object stream. A free number has no object. */
export type Entry = { at: number } | { stream: number; index: number } | 'free';

export interface Section {
  /** Where it begins and ends in the file. A stream ends with `endobj`. */
  from: number;
  to: number;
  /** The number of its own object, where it is a stream. */
  number?: number;
  trailer: PdfDictionary;
  entries: ReadonlyMap<number, Entry>;
  /** Where its first entry begins, where it is a table of one subsection. */
  entriesAt?: number;
}

export interface Reading {
  bytes: Buffer;
  budget: ValueBudget;
  decoder: StreamDecoder;
}
