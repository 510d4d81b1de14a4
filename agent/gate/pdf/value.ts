// PDF values (ISO 32000-1, 7.3) as far as the gate needs them. The content of strings is not kept.
import { GateRefusal } from '../gate-refusal.ts';

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

export class PdfString {}

export type PdfDictionary = ReadonlyMap<string, PdfValue>;
export type PdfValue =
  | null
  | boolean
  | number
  | PdfName
  | PdfReference
  | PdfString
  | readonly PdfValue[]
  | PdfDictionary;

/** Throws gate/pdfProfile. `reason` names the broken rule, and never the content of the file. */
export const refusePdf = (reason: string, cause?: unknown): never => {
  throw new GateRefusal('gate/pdfProfile', { detail: { reason }, cause });
};

export const isName = (value: PdfValue | undefined, name: string): boolean =>
  value instanceof PdfName && value.name === name;

export const asDictionary = (value: PdfValue | undefined, what: string): PdfDictionary =>
  value instanceof Map ? value : refusePdf(what);
