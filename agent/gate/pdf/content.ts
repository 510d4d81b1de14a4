// Reads content streams operator by operator (ISO 32000-1, 7.8.2). Each operator has the operands of annex A, no more and no fewer:
// some readers keep what is left over for a later operator. Numbers and texts are skipped where they are: they must not become
// values of V8's, which can't be zeroed.
import { placed, printable, refusePdf } from './broken-rule.ts';
import { type DeviceSpace, skipInlineImage } from './inline-image.ts';
import { type Operand, operandsOfPlain, type ResourceKind, specialOperators } from './operators.ts';
import { PdfParser, type ValueBudget } from './parser.ts';
import { isDictionary, type PdfDictionary } from './value.ts';

export interface ContentReader {
  /** `operator` uses the resource of this name. */
  uses(kind: ResourceKind, name: string): void;
  /** BDC or DP: `properties` in place, or the name of a resource. */
  marks(operator: 'BDC' | 'DP', tag: string, properties: PdfDictionary | string): void;
  /** An inline image has samples in this colour space of the device. */
  samples(space: DeviceSpace): void;
}

/** The components of a colour, and a pattern. */
const maxOperands = 33;
const maxOperator = 24;

/** The state goes on from one stream of a page to its next: an operator may end in another one than it began in. */
export class ContentScanner {
  #reader: ContentReader;
  #budget: ValueBudget;
  /** An `Operand` each. */
  #operands = '';
  #inArray = false;
  #names: string[] = [];
  #properties: PdfDictionary | undefined;

  constructor(reader: ContentReader, budget: ValueBudget) {
    this.#reader = reader;
    this.#budget = budget;
  }

  /** Errors: operator, inlineImage, syntax, limit; those of the reader. */
  scan(content: Buffer): void {
    const parser = new PdfParser(content, 0, this.#budget);
    for (parser.skipSpace(); !parser.atEnd; parser.skipSpace()) this.#token(parser);
    // a comment goes on in the next stream for some readers
    if (parser.inComment) refusePdf('syntax');
  }

  /** After the last stream. Errors: operator. */
  end(): void {
    if (this.#inArray || this.#operands !== '') refusePdf('operator');
  }

  #token(parser: PdfParser): void {
    const byte = parser.bytes[parser.at]!;
    if (byte === 0x28) this.#string(parser);
    else if (byte === 0x3c && parser.bytes[parser.at + 1] !== 0x3c) this.#string(parser);
    else if ((byte >= 0x30 && byte <= 0x39) || byte === 0x2d || byte === 0x2e || byte === 0x2b) {
      if (!parser.skipNumber()) refusePdf('operator');
      this.#operand('n');
    } else if (byte === 0x5d) this.#endArray(parser);
    else if (this.#inArray) refusePdf('operator');
    else if (byte === 0x5b) {
      parser.at++;
      this.#inArray = true;
    } else if (byte === 0x2f) this.#name(parser);
    else if (byte === 0x3c) this.#dictionary(parser);
    else this.#operator(parser);
  }

  #operand(kind: Operand): void {
    if (this.#inArray) return;
    if (this.#operands.length >= maxOperands) refusePdf('operator');
    this.#operands += kind;
  }

  #string(parser: PdfParser): void {
    parser.string();
    this.#operand('s');
  }

  #endArray(parser: PdfParser): void {
    if (!this.#inArray) refusePdf('operator');
    parser.at++;
    this.#inArray = false;
    this.#operand('a');
  }

  #name(parser: PdfParser): void {
    const from = ++parser.at;
    const name = parser.name();
    if (name.length < parser.at - from) this.#budget.spend(); // it has escapes, which take their time
    this.#names.push(name);
    this.#operand('/');
  }

  #dictionary(parser: PdfParser): void {
    const value = parser.value();
    if (isDictionary(value)) this.#properties = value;
    this.#operand('d');
  }

  #operator(parser: PdfParser): void {
    const from = parser.at;
    const length = parser.skipRegular();
    // most of a page are operators that use nothing: they are known by their bytes
    if (operandsOfPlain(parser.bytes, from, length) !== this.#operands) this.#special(parser, from, length);
    this.#operands = '';
    if (this.#names.length > 0) this.#names = [];
    this.#properties = undefined;
  }

  #special(parser: PdfParser, from: number, length: number): void {
    if (length === 0 || length > maxOperator) refusePdf('operator', { operator: '?' });
    this.#budget.spend();
    const operator = parser.bytes.toString('latin1', from, from + length);
    placed({ operator: printable(operator) }, () => this.#run(operator, parser));
  }

  #run(operator: string, parser: PdfParser): void {
    const special = specialOperators.get(operator) ?? refusePdf('operator');
    if (!special.operands.test(this.#operands)) refusePdf('operator');
    const [name, second] = this.#names;
    if (operator === 'BI') skipInlineImage(parser, this.#budget, space => this.#reader.samples(space));
    else if (operator === 'BDC' || operator === 'DP')
      this.#reader.marks(operator, name!, this.#properties ?? second!);
    // a colour that is no pattern has numbers only
    else if (special.kind && name !== undefined) this.#reader.uses(special.kind, name);
  }
}
