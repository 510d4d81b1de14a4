// A broken rule, with the place where it is broken. Never the content of the file: names of keys and operators at most.
import { GateRefusal } from '../gate-refusal.ts';
import { codeOfRule, type PdfRule } from './rules.ts';

export interface Place {
  /** From 1. */
  page?: number;
  /** The object's number. */
  object?: number;
  /** The operator in a content stream, or the key in a dictionary, of which the rule speaks. */
  operator?: string;
  key?: string;
}

class BrokenRule extends Error {
  readonly rule: PdfRule;
  place: Place;

  constructor(rule: PdfRule, place: Place, cause: unknown) {
    super(rule, { cause });
    this.rule = rule;
    this.place = place;
  }
}

export function refusePdf(rule: PdfRule, place: Place = {}, cause?: unknown): never {
  throw new BrokenRule(rule, place, cause);
}

/** Does `work` in this place. What is refused inside is in the innermost place that is known. */
export function placed<T>(place: Place, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof BrokenRule) error.place = { ...place, ...error.place };
    throw error;
  }
}

/** A key or an operator as it may be logged: it comes from the file. */
export const printable = (name: string): string => (/^[A-Za-z0-9*'"]{1,24}$/.test(name) ? name : '?');

/** Errors: gate/pdfProfile or gate/stampMissing, with rule, page, object, operator and key in its detail and its message. */
export function refusingPdf<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof BrokenRule)) throw error;
    const { rule, place, cause } = error;
    const detail = { rule, ...place };
    const observed = Object.entries(detail)
      .map(([what, value]) => `${what} ${value}`)
      .join(', ');
    throw new GateRefusal(codeOfRule(rule), { detail, observed, cause });
  }
}
