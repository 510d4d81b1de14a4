// The rules of the profile, by name. docs/contract/documents.md is for those who make documents, and explains each of them.
import type { GateCode } from '../gate-refusal.ts';

/** What a file that breaks the rule does or is. */
export const pdfRules = {
  // the file as a whole
  header: 'does not begin with %PDF-1.3 to %PDF-1.7',
  end: 'does not end with startxref, an offset and %%EOF, and white space at most',
  syntax:
    'has something that is no PDF value, or a value cut off, or content that ends in a comment without an end of line',
  keyTwice: 'has a key twice in one dictionary',
  crossReference: 'has a cross-reference table or stream that is not as ISO 32000-1, 7.5.4 or 7.5.8 says',
  revision: 'has more than one revision, or a cross-reference that is read by some readers only',
  encryption: 'is encrypted',
  trailerKey: 'has a key in its trailer that is not in the list',
  objectTwice: 'has an object number twice',
  objectNumber: 'has another object, or none, where its cross-reference says',
  bytesBetween: 'has something between its objects that is no object, no comment and no white space',
  stream: 'has a stream whose length or end is not as its dictionary says',
  objectStream: 'has an object stream that does not hold what its cross-reference says',
  filter: 'has content or objects behind a filter that does not decode, or is not in the list',
  danglingReference: 'has a reference to an object that is not in the file',
  chainedReference: 'has an object that is only a reference to another: some readers follow one only',
  limit: 'is larger, deeper or longer than a certificate may be',
  // whatever runs, reaches out, or shows something else to another reader
  action: 'has an action or a script',
  annotation: 'has an annotation or a form to fill in',
  attachment: 'has an attached file, or a stream whose data are in another file',
  optionalContent: 'has content that can be shown or hidden',
  printOverride: 'tells the printer how to print',
  catalogKey: 'has a key in its catalog that is not in the list',
  // pages
  pageTree: 'has a page tree that is not consistent, or names a page twice',
  pageOutsideTree: 'has a page, or a page tree, beside the catalog’s',
  pageKey: 'has a key in a page that is not in the list',
  media: 'has a page that is not A4 upright, or is cut to another size, turned or scaled',
  // what a page draws
  contents: 'has a page whose content is not a stream, or an array of streams',
  operator:
    'has an operator that is not in ISO 32000-1, annex A, or one with more, fewer or other operands; or a number that goes on as a word',
  inlineImage:
    'has an inline image whose end is not where its dictionary says, that readers could measure in two ways, or with EI among its data',
  resource: 'draws with a resource that is not there, or is of another type than its use',
  xObject:
    'draws an XObject whose subtype is absent, or neither an image nor a form, or that has alternatives',
  font: 'draws with a font whose subtype is absent or unknown',
  fontNotEmbedded: 'draws with a font that is neither in the file nor one of the standard 14',
  cycle: 'draws something that draws itself',
  stamp: 'has something that begins as a page stamp and is none',
} as const;

export type PdfRule = keyof typeof pdfRules;

/** What the gate answers: a wrong stamp is a matter of its own. */
export const codeOfRule = (rule: PdfRule): GateCode =>
  rule === 'stamp' ? 'gate/stampMissing' : 'gate/pdfProfile';
