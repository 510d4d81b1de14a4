// Parses PDF values (ISO 32000-1, 7.3). Strict and bounded: what a lenient reader would repair is refused.
import { printable, refusePdf } from './broken-rule.ts';
import { Lexer } from './lexer.ts';
import { PdfName, PdfReal, PdfReference, type PdfValue } from './value.ts';

const maxDepth = 32;
/** Max number of values in the objects of a file, and again in its content: a tagged document of a hundred pages has a tenth of it. */
const maxValues = 300_000;

/** How many values have been read from one file. An operator that uses something counts as one. */
export class ValueBudget {
  #left = maxValues;

  spend(): void {
    if (--this.#left < 0) refusePdf('limit');
  }
}

export class PdfParser extends Lexer {
  #budget: ValueBudget;

  constructor(bytes: Buffer, at: number, budget: ValueBudget) {
    super(bytes, at);
    this.#budget = budget;
  }

  /** Takes this keyword, after white space. */
  expect(keyword: string): void {
    if (!this.taken(keyword)) refusePdf('syntax');
  }

  /** Takes this keyword if it comes next, after white space. */
  taken(keyword: string): boolean {
    this.skipSpace();
    const from = this.at;
    if (this.startsWith(keyword) && this.skipRegular() === keyword.length) return true;
    this.at = from;
    return false;
  }

  /** Takes an unsigned integer, after white space. */
  count(): number {
    this.skipSpace();
    const text = this.regular(10);
    return /^\d+$/.test(text) ? Number(text) : refusePdf('syntax');
  }

  value(depth = 0): PdfValue {
    if (depth > maxDepth) refusePdf('limit');
    this.#budget.spend();
    this.skipSpace();
    switch (this.bytes[this.at]) {
      case 0x2f: // /
        this.at++;
        return new PdfName(this.name());
      case 0x3c: // <
        return this.bytes[this.at + 1] === 0x3c ? this.#dictionary(depth) : this.string();
      case 0x28: // (
        return this.string();
      case 0x5b: // [
        return this.#array(depth);
      default:
        return this.#numberOrWord();
    }
  }

  /** The value of an object of its own. A reference there would lead to a further object: readers follow one, or all. */
  objectValue(): PdfValue {
    const value = this.value();
    return value instanceof PdfReference ? refusePdf('chainedReference') : value;
  }

  #dictionary(depth: number): PdfValue {
    const entries = new Map<string, PdfValue>();
    this.at += 2;
    for (this.skipSpace(); !this.startsWith('>>'); this.skipSpace()) {
      if (this.bytes[this.at++] !== 0x2f) refusePdf('syntax');
      const key = this.name();
      if (entries.has(key)) refusePdf('keyTwice', { key: printable(key) });
      entries.set(key, this.value(depth + 1));
    }
    this.at += 2;
    return entries;
  }

  #array(depth: number): PdfValue {
    const items: PdfValue[] = [];
    this.at++;
    for (this.skipSpace(); this.bytes[this.at] !== 0x5d; this.skipSpace()) items.push(this.value(depth + 1));
    this.at++;
    return items;
  }

  #numberOrWord(): PdfValue {
    const text = this.regular(32);
    if (text === 'true' || text === 'false') return text === 'true';
    if (text === 'null') return null;
    if (!/^[+-]?(\d+\.?\d*|\.\d+)$/.test(text)) refusePdf('syntax');
    if (text.includes('.')) return new PdfReal(Number(text));
    return this.#isReference(text) ? new PdfReference(Number(text)) : Number(text);
  }

  /** `7 0 R` is a reference; `7 0` alone are two numbers. A file with one revision has generation 0 only. */
  #isReference(text: string): boolean {
    const from = this.at;
    if (/^\d{1,10}$/.test(text)) {
      this.skipSpace();
      if (this.startsWith('0') && this.skipRegular() === 1 && this.taken('R')) return true;
    }
    this.at = from;
    return false;
  }
}
