// Parses PDF values (ISO 32000-1, 7.2 and 7.3). Strict and bounded: no comments, no escapes in names.
import { PdfName, PdfReference, PdfString, type PdfValue, refusePdf } from './value.ts';

const maxDepth = 16;
const isSpace = (byte: number | undefined): boolean =>
  byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;
const isDigit = (byte: number | undefined): boolean => byte !== undefined && byte >= 0x30 && byte <= 0x39;
const isHexDigit = (byte: number | undefined): boolean =>
  isDigit(byte) || (byte !== undefined && (byte | 0x20) >= 0x61 && (byte | 0x20) <= 0x66);
/** ()<>[]{}/% and white space end a name, a number or a keyword. */
const isRegular = (byte: number | undefined): boolean =>
  byte !== undefined && byte > 0x20 && byte < 0x7f && !'()<>[]{}/%'.includes(String.fromCharCode(byte));

export class PdfParser {
  #bytes: Buffer;
  at: number;

  constructor(bytes: Buffer, at: number) {
    this.#bytes = bytes;
    this.at = at;
  }

  skipSpace(): void {
    while (isSpace(this.#bytes[this.at])) this.at++;
  }

  /** Takes exactly these characters, after white space. */
  expect(text: string): void {
    this.skipSpace();
    if (!this.startsWith(text)) refusePdf(`noKeyword ${text}`);
    this.at += text.length;
  }

  startsWith(text: string): boolean {
    return this.#bytes.toString('latin1', this.at, this.at + text.length) === text;
  }

  /** Takes `text` if it comes next, after white space. */
  taken(text: string): boolean {
    this.skipSpace();
    if (!this.startsWith(text)) return false;
    this.at += text.length;
    return true;
  }

  /** Reads an unsigned integer. */
  count(): number {
    this.skipSpace();
    const from = this.at;
    while (isDigit(this.#bytes[this.at])) this.at++;
    if (this.at === from || this.at - from > 10) refusePdf('number');
    return Number(this.#bytes.toString('latin1', from, this.at));
  }

  value(depth = 0): PdfValue {
    if (depth > maxDepth) refusePdf('depth');
    this.skipSpace();
    if (this.taken('<<')) return this.#dictionary(depth);
    if (this.taken('<')) return this.#hexString();
    if (this.taken('(')) return this.#string();
    if (this.taken('[')) return this.#array(depth);
    if (this.taken('/')) return new PdfName(this.#regular());
    return this.#numberOrWord();
  }

  #dictionary(depth: number): PdfValue {
    const entries = new Map<string, PdfValue>();
    while (!this.taken('>>')) {
      this.expect('/');
      const key = this.#regular();
      if (entries.has(key)) refusePdf('keyTwice');
      entries.set(key, this.value(depth + 1));
    }
    return entries;
  }

  #array(depth: number): PdfValue {
    const items: PdfValue[] = [];
    while (!this.taken(']')) items.push(this.value(depth + 1));
    return items;
  }

  #regular(): string {
    const from = this.at;
    while (isRegular(this.#bytes[this.at])) this.at++;
    const text = this.#bytes.toString('latin1', from, this.at);
    // an escape (#53 for S) would hide a name from the profile
    return text.length === 0 || text.includes('#') ? refusePdf('name') : text;
  }

  #hexString(): PdfValue {
    while (isHexDigit(this.#bytes[this.at]) || isSpace(this.#bytes[this.at])) this.at++;
    if (this.#bytes[this.at++] !== 0x3e) refusePdf('hexString');
    return new PdfString();
  }

  #string(): PdfValue {
    for (let open = 1; open > 0; this.at++) {
      const byte = this.#bytes[this.at];
      if (byte === undefined) refusePdf('string');
      else if (byte === 0x5c) this.at++;
      else if (byte === 0x28) open++;
      else if (byte === 0x29) open--;
    }
    return new PdfString();
  }

  #numberOrWord(): PdfValue {
    const text = this.#regular();
    if (text === 'true' || text === 'false') return text === 'true';
    if (text === 'null') return null;
    if (!/^[+-]?(\d+\.?\d*|\.\d+)$/.test(text)) refusePdf('value');
    return this.#isReference(text) ? new PdfReference(Number(text)) : Number(text);
  }

  /** `7 0 R` is a reference; `7 0 ` alone are two numbers. A file with one revision has generation 0 only. */
  #isReference(text: string): boolean {
    if (!/^\d+$/.test(text)) return false;
    const match = /^[ \t\r\n]+0[ \t\r\n]+R(?=[ \t\r\n/\]>])/.exec(
      this.#bytes.toString('latin1', this.at, this.at + 16),
    );
    if (match) this.at += match[0].length;
    return match !== null;
  }
}
