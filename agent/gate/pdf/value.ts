// PDF values (ISO 32000-1, 7.3) as far as the gate needs them.

export class PdfName {
  readonly name: string;
  constructor(name: string) {
    this.name = name;
  }
}

export class PdfReference {
  readonly object: number;
  constructor(object: number) {
    this.object = object;
  }
}

/** A number with a point. Where an integer belongs, readers round it, repair the file or take a default: so it is none. */
export class PdfReal {
  readonly value: number;
  constructor(value: number) {
    this.value = value;
  }
}

/** A string as it is written, with its delimiters. A view of the file: a certificate's text must not become a string of V8's. */
export class PdfString {
  readonly raw: Buffer;
  constructor(raw: Buffer) {
    this.raw = raw;
  }
}

export type PdfDictionary = ReadonlyMap<string, PdfValue>;
export type PdfValue =
  | null
  | boolean
  /** An integer. */
  | number
  | PdfReal
  | PdfName
  | PdfReference
  | PdfString
  | readonly PdfValue[]
  | PdfDictionary;

export interface PdfObject {
  value: PdfValue;
  /** The object's number; none where the value is not an object of its own. */
  number?: number;
  /** Where the object is a stream: its bytes as they are in the file. */
  stream?: Buffer;
}

export const isName = (value: PdfValue | undefined, name: string): boolean =>
  value instanceof PdfName && value.name === name;

export const nameOf = (value: PdfValue | undefined): string | undefined =>
  value instanceof PdfName ? value.name : undefined;

export const isDictionary = (value: PdfValue | undefined): value is PdfDictionary => value instanceof Map;

/** An integer or a real. */
export const numberOf = (value: PdfValue | undefined): number | undefined =>
  value instanceof PdfReal ? value.value : typeof value === 'number' ? value : undefined;

/** An integer from 0, or undefined. */
export const countOf = (value: PdfValue | undefined): number | undefined =>
  typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : undefined;
