// Walks everything that a page draws: its content, and what that draws in turn. Only what an operator uses is drawn; what is in a
// resource dictionary beside it is not.
import { placed, refusePdf } from './broken-rule.ts';
import { type ContentReader, ContentScanner } from './content.ts';
import type { PdfFile } from './file.ts';
import { refuseFont } from './font.ts';
import type { DeviceSpace } from './inline-image.ts';
import type { ResourceKind } from './operators.ts';
import { ValueBudget } from './parser.ts';
import { Stamps, stampTag } from './stamps.ts';
import {
  isDictionary,
  isName,
  nameOf,
  type PdfDictionary,
  type PdfObject,
  PdfReference,
  type PdfValue,
} from './value.ts';

type WalkedKind = Exclude<ResourceKind, 'ColorSpace'>;

const maxDepth = 16;
/** The names by which resources can define a colour space of the device anew, in an inline image (8.9.7, 8.6.5.6). */
const namesOf: Readonly<Record<DeviceSpace, readonly string[]>> = {
  Gray: ['G', 'DeviceGray', 'DefaultGray'],
  RGB: ['RGB', 'DeviceRGB', 'DefaultRGB'],
  CMYK: ['CMYK', 'DeviceCMYK', 'DefaultCMYK'],
};
const deviceSpaces = ['DeviceGray', 'DeviceRGB', 'DeviceCMYK', 'Pattern'];

/** What one content stream, or one thing that it uses, draws. */
export class Drawing {
  #file: PdfFile;
  #budget = new ValueBudget();
  /** What is known of a form, pattern, font or graphics state, by the dictionary that it is. */
  #known: Readonly<Record<WalkedKind, Map<PdfDictionary, Stamps>>> = {
    ...{ XObject: new Map(), ExtGState: new Map(), Font: new Map(), Pattern: new Map(), Shading: new Map() },
  };
  #under = new Set<PdfDictionary>();
  /** Names in any resources: some readers look in those of the page, and of the forms, that draw a form. */
  #namedSpaces = new Set<string>();
  #sampled = new Set<DeviceSpace>();

  constructor(file: PdfFile) {
    this.#file = file;
  }

  /** `own`: the stamps in the page's own content; `all`: those and whatever else it draws. */
  page(contents: readonly PdfObject[], resources: PdfValue): { own: Stamps; all: Stamps } {
    const own = new Stamps();
    const all = new Stamps();
    this.#content(contents, resources, own, all);
    all.addAll(own);
    return { own, all };
  }

  #content(contents: readonly PdfObject[], resources: PdfValue, own: Stamps, beneath: Stamps): void {
    const file = this.#file;
    this.#nameSpaces(resources);
    const reader: ContentReader = {
      uses: (kind, name) => {
        if (kind === 'ColorSpace' && deviceSpaces.includes(name)) return;
        beneath.addAll(this.#resource(kind, this.#find(resources, kind, name)));
      },
      marks: (operator, tag, properties) => {
        if (tag === 'OC') refusePdf('optionalContent');
        const found = typeof properties === 'string' ? undefined : properties;
        if (tag !== stampTag)
          return void (found ?? this.#find(resources, 'Properties', properties as string));
        if (operator === 'DP' || !found) return refusePdf('stamp');
        own.add(found);
      },
      samples: space => {
        this.#sampled.add(space);
        this.#refuseNamedSamples();
      },
    };
    const scanner = new ContentScanner(reader, this.#budget);
    for (const content of contents)
      placed(content.number === undefined ? {} : { object: content.number }, () => {
        this.#budget.spend();
        file.decoder.decoded(content, file.resolve, bytes => scanner.scan(bytes));
      });
    scanner.end();
  }

  #nameSpaces(resources: PdfValue): void {
    const named = isDictionary(resources) ? this.#file.get(resources, 'ColorSpace') : null;
    if (!isDictionary(named)) return;
    for (const name of Object.values(namesOf).flat()) if (named.has(name)) this.#namedSpaces.add(name);
    this.#refuseNamedSamples();
  }

  #refuseNamedSamples(): void {
    for (const space of this.#sampled)
      if (namesOf[space].some(name => this.#namedSpaces.has(name))) refusePdf('inlineImage');
  }

  #find(resources: PdfValue, kind: ResourceKind | 'Properties', name: string): PdfValue {
    const ofKind = isDictionary(resources) ? this.#file.get(resources, kind) : null;
    return (isDictionary(ofKind) ? ofKind.get(name) : undefined) ?? refusePdf('resource');
  }

  /** Each dictionary is walked once for a file, also where it is no object of its own. Errors: cycle, limit; those of what is walked. */
  #resource(kind: ResourceKind, value: PdfValue): Stamps {
    if (kind === 'ColorSpace') return new Stamps(); // a lookup table, a profile or a function: it draws nothing
    const object = this.#file.object(value);
    const dictionary = isDictionary(object.value) ? object.value : undefined;
    return placed(value instanceof PdfReference ? { object: value.object } : {}, () => {
      if (!dictionary) return refusePdf('resource');
      const known = this.#known[kind].get(dictionary);
      if (known) return known;
      if (this.#under.has(dictionary)) return refusePdf('cycle');
      if (this.#under.size >= maxDepth) return refusePdf('limit');
      this.#under.add(dictionary);
      const stamps = this.#walked(kind, object, dictionary);
      this.#under.delete(dictionary);
      this.#known[kind].set(dictionary, stamps);
      return stamps;
    });
  }

  #walked(kind: WalkedKind, object: PdfObject, dictionary: PdfDictionary): Stamps {
    if (kind === 'XObject') return this.#xObject(object, dictionary);
    if (kind === 'ExtGState') return this.#graphicsState(dictionary);
    if (kind === 'Font') return this.#font(dictionary);
    if (kind === 'Pattern') return this.#pattern(object, dictionary);
    const type = this.#file.get(dictionary, 'ShadingType');
    return [1, 2, 3, 4, 5, 6, 7].includes(type as number) ? new Stamps() : refusePdf('resource');
  }

  #xObject(object: PdfObject, dictionary: PdfDictionary): Stamps {
    const subtype = nameOf(this.#file.get(dictionary, 'Subtype'));
    if (!object.stream) return refusePdf('resource');
    for (const key of ['Alternates', 'OPI', 'Ref', 'PS', 'Subtype2'])
      if (dictionary.has(key)) refusePdf('xObject', { key });
    if (dictionary.has('OC')) refusePdf('optionalContent', { key: 'OC' });
    if (subtype === 'Form') return this.#form(object, dictionary);
    if (subtype !== 'Image') return refusePdf('xObject', { key: 'Subtype' });
    for (const key of ['SMask', 'Mask']) {
      const mask = dictionary.get(key);
      if (mask instanceof PdfReference && this.#file.object(mask).stream) this.#image(mask);
    }
    return new Stamps();
  }

  #image(mask: PdfReference): void {
    const { value } = this.#file.object(mask);
    if (!isDictionary(value) || !isName(this.#file.get(value, 'Subtype'), 'Image'))
      refusePdf('xObject', { object: mask.object, key: 'Subtype' });
  }

  /** A form that uses resources must have them itself: readers differ in where else they look. */
  #form(object: PdfObject, dictionary: PdfDictionary): Stamps {
    const stamps = new Stamps();
    this.#content([object], this.#file.get(dictionary, 'Resources'), stamps, stamps);
    return stamps;
  }

  #graphicsState(dictionary: PdfDictionary): Stamps {
    const stamps = new Stamps();
    const mask = this.#file.get(dictionary, 'SMask');
    if (isDictionary(mask)) stamps.addAll(this.#resource('XObject', this.#groupOf(mask)));
    const font = this.#file.get(dictionary, 'Font');
    if (Array.isArray(font)) stamps.addAll(this.#resource('Font', font[0] as PdfValue));
    return stamps;
  }

  #groupOf(mask: PdfDictionary): PdfValue {
    const group = mask.get('G') ?? refusePdf('resource', { key: 'G' });
    const { value } = this.#file.object(group);
    const isForm = isDictionary(value) && isName(this.#file.get(value, 'Subtype'), 'Form');
    const place = group instanceof PdfReference ? { object: group.object } : {};
    return isForm ? group : refusePdf('xObject', { ...place, key: 'Subtype' });
  }

  #pattern(object: PdfObject, dictionary: PdfDictionary): Stamps {
    const type = this.#file.get(dictionary, 'PatternType');
    if (type === 1 && object.stream) return this.#form(object, dictionary);
    const shading = dictionary.get('Shading');
    if (type !== 2 || shading === undefined) return refusePdf('resource', { key: 'PatternType' });
    const stamps = new Stamps();
    stamps.addAll(this.#resource('Shading', shading));
    const state = dictionary.get('ExtGState');
    if (state !== undefined) stamps.addAll(this.#resource('ExtGState', state));
    return stamps;
  }

  /** Every glyph procedure of a Type 3 font counts, for which of them a text draws is known to its encoding only. */
  #font(dictionary: PdfDictionary): Stamps {
    const stamps = new Stamps();
    refuseFont(this.#file, dictionary);
    if (!isName(this.#file.get(dictionary, 'Subtype'), 'Type3')) return stamps;
    const procedures = this.#file.get(dictionary, 'CharProcs');
    if (!isDictionary(procedures)) return refusePdf('font', { key: 'CharProcs' });
    const resources = this.#file.get(dictionary, 'Resources');
    for (const procedure of procedures.values())
      this.#content([this.#file.object(procedure)], resources, stamps, stamps);
    return stamps;
  }
}
