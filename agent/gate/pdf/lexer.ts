// The characters of PDF (ISO 32000-1, 7.2): white space, comments, names, numbers, strings. Objects and content streams share it.
import { refusePdf } from './broken-rule.ts';
import { PdfString } from './value.ts';

const regular = 0;
const space = 1;
const delimiter = 2;
const classes = new Uint8Array(256);
for (const byte of [0x00, 0x09, 0x0a, 0x0c, 0x0d, 0x20]) classes[byte] = space;
for (const character of '()<>[]{}/%') classes[character.charCodeAt(0)] = delimiter;

export const isSpace = (byte: number | undefined): boolean => byte !== undefined && classes[byte] === space;
export const isHexDigit = (byte: number): boolean =>
  (byte >= 0x30 && byte <= 0x39) || ((byte | 0x20) >= 0x61 && (byte | 0x20) <= 0x66);

const maxName = 127;
const maxNumber = 32;

export class Lexer {
  readonly bytes: Buffer;
  at: number;
  /** Whether the bytes ended in a comment, before its end of line. */
  inComment = false;

  constructor(bytes: Buffer, at = 0) {
    this.bytes = bytes;
    this.at = at;
  }

  get atEnd(): boolean {
    return this.at >= this.bytes.length;
  }

  /** Skips white space and comments. */
  skipSpace(): void {
    const { bytes } = this;
    for (; this.at < bytes.length; this.at++) {
      const byte = bytes[this.at]!;
      if (byte === 0x25) this.#skipComment();
      else if (classes[byte] !== space) return;
    }
  }

  /** To the character before its end of line. */
  #skipComment(): void {
    const { bytes } = this;
    while (this.at + 1 < bytes.length && bytes[this.at + 1] !== 0x0a && bytes[this.at + 1] !== 0x0d)
      this.at++;
    this.inComment = this.at + 1 >= bytes.length;
  }

  /** Whether these characters come next. */
  startsWith(text: string): boolean {
    for (let i = 0; i < text.length; i++) if (this.bytes[this.at + i] !== text.charCodeAt(i)) return false;
    return true;
  }

  /** Skips the regular characters from here. Returns how many they were. */
  skipRegular(): number {
    const from = this.at;
    const { bytes } = this;
    while (this.at < bytes.length && classes[bytes[this.at]!] === regular) this.at++;
    return this.at - from;
  }

  /** Skips a number (7.3.3). Returns whether one is there, and it alone up to the next character that is not regular. */
  skipNumber(): boolean {
    const from = this.at;
    const sign = this.bytes[this.at];
    if (sign === 0x2b || sign === 0x2d) this.at++;
    let digits = this.#skipDigits();
    if (this.bytes[this.at] === 0x2e) {
      this.at++;
      digits += this.#skipDigits();
    }
    return digits > 0 && this.at - from <= maxNumber && this.skipRegular() === 0;
  }

  #skipDigits(): number {
    const from = this.at;
    while (this.bytes[this.at]! >= 0x30 && this.bytes[this.at]! <= 0x39) this.at++;
    return this.at - from;
  }

  /** Takes a keyword or number as text. It is at most `max` characters long. */
  regular(max: number): string {
    const from = this.at;
    const length = this.skipRegular();
    if (length === 0 || length > max) refusePdf('syntax');
    return this.bytes.toString('latin1', from, this.at);
  }

  /** Takes a name after its slash, with its escapes resolved (7.3.5): no name can be hidden by them. */
  name(): string {
    const from = this.at;
    const length = this.skipRegular();
    if (length > maxName) refusePdf('limit');
    const text = this.bytes.toString('latin1', from, this.at);
    if (!text.includes('#')) return text;
    if (/#(?![0-9A-Fa-f]{2})|#00/.test(text)) refusePdf('syntax');
    return text.replace(/#(..)/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  }

  /** Takes a string; the lexer is at its first delimiter. */
  string(): PdfString {
    const from = this.at;
    if (this.bytes[from] === 0x28) this.#skipLiteral();
    else this.#skipHex();
    return new PdfString(this.bytes.subarray(from, this.at));
  }

  #skipLiteral(): void {
    const { bytes } = this;
    let open = 0;
    for (; this.at < bytes.length; this.at++) {
      const byte = bytes[this.at];
      if (byte === 0x5c) this.at++;
      else if (byte === 0x28) open++;
      else if (byte === 0x29 && --open === 0) return void this.at++;
    }
    refusePdf('syntax');
  }

  #skipHex(): void {
    const { bytes } = this;
    for (this.at++; this.at < bytes.length; this.at++) {
      const byte = bytes[this.at]!;
      if (byte === 0x3e) return void this.at++;
      if (!isHexDigit(byte) && classes[byte] !== space) break;
    }
    refusePdf('syntax');
  }
}
