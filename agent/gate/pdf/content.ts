// Reads content streams operator by operator (ISO 32000-1, 7.8.2). Numbers and texts are skipped where they are: they must not
// become values of V8's, which can't be zeroed.
import { placed, printable, refusePdf } from './broken-rule.ts';
import { skipInlineImage } from './inline-image.ts';
import { isPlain, operators, type ResourceKind } from './operators.ts';
import { PdfParser, type ValueBudget } from './parser.ts';
import { isDictionary, type PdfDictionary } from './value.ts';

export interface ContentReader {
  /** `operator` uses the resource of this name. */
  uses(kind: ResourceKind, name: string): void;
  /** BDC or DP: `properties` in place, or the name of a resource. */
  marks(operator: 'BDC' | 'DP', tag: string, properties: PdfDictionary | string): void;
}

const maxNames = 32;
const maxOperator = 24;

/** The state goes on from one stream of a page to its next: an operator may end in another one than it began in. */
export class ContentScanner {
  #reader: ContentReader;
  #budget: ValueBudget;
  #names: string[] = [];
  #properties: PdfDictionary | undefined;

  constructor(reader: ContentReader, budget: ValueBudget) {
    this.#reader = reader;
    this.#budget = budget;
  }

  /** Errors: operator, inlineImage, syntax, limit; those of the reader. */
  scan(content: Buffer): void {
    const parser = new PdfParser(content, 0, this.#budget);
    for (parser.skipSpace(); !parser.over; parser.skipSpace()) this.#token(parser);
  }

  #token(parser: PdfParser): void {
    const byte = parser.bytes[parser.at]!;
    const isDictionaryStart = byte === 0x3c && parser.bytes[parser.at + 1] === 0x3c;
    if (byte === 0x2f) {
      parser.at++;
      if (this.#names.push(parser.name()) > maxNames) refusePdf('operator');
    } else if (isDictionaryStart) {
      const value = parser.value();
      if (isDictionary(value)) this.#properties = value;
    } else if (byte === 0x28 || byte === 0x3c) parser.string();
    else if (byte === 0x5b || byte === 0x5d) parser.at++;
    else if ((byte >= 0x30 && byte <= 0x39) || byte === 0x2d || byte === 0x2e || byte === 0x2b)
      parser.skipRegular();
    else this.#operator(parser);
  }

  #operator(parser: PdfParser): void {
    const from = parser.at;
    const length = parser.skipRegular();
    // most of a page are operators that use nothing: they are known by their bytes
    if (!isPlain(parser.bytes, from, length)) this.#special(parser, from, length);
    if (this.#names.length > 0) this.#names = [];
    this.#properties = undefined;
  }

  #special(parser: PdfParser, from: number, length: number): void {
    if (length === 0 || length > maxOperator) refusePdf('operator', { operator: '?' });
    this.#budget.spend();
    const operator = parser.bytes.toString('latin1', from, from + length);
    const name = operators.has(operator) ? operator : printable(operator);
    placed({ operator: name }, () => this.#run(operator, parser));
  }

  #run(operator: string, parser: PdfParser): void {
    if (operator === 'BI') skipInlineImage(parser);
    else if (operator === 'BDC' || operator === 'DP') this.#marks(operator);
    else this.#uses(operators.get(operator) ?? refusePdf('operator'));
  }

  #uses(kind: ResourceKind): void {
    const [name, ...more] = this.#names;
    if (more.length > 0) refusePdf('operator');
    // a colour that is no pattern has numbers only
    if (name !== undefined) this.#reader.uses(kind, name);
    else if (kind !== 'Pattern') refusePdf('operator');
  }

  #marks(operator: 'BDC' | 'DP'): void {
    const [tag, name] = this.#names;
    const properties = this.#properties ?? name;
    const operands = this.#names.length + (this.#properties ? 1 : 0);
    if (tag === undefined || properties === undefined || operands !== 2) refusePdf('operator');
    this.#reader.marks(operator, tag, properties);
  }
}
