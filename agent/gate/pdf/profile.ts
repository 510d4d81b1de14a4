// What a certificate's PDF may hold: text, lines and images, put on a page by that page's one content stream.
// Everything that acts, hides, changes later, or draws from somewhere else is refused, wherever in the file it stands.
// So "digest of a page" (its content stream) covers all that is drawn there but glyph shapes and image samples, and
// those are covered by the digest of the file.
import { PdfName, PdfReference, type PdfValue, refusePdf } from './value.ts';

/** Dictionary keys that no object may have. */
const refusedKeys = new Set([
  ...['JS', 'JavaScript', 'OpenAction', 'AA', 'A', 'Launch', 'URI'], // acts
  ...['Annots', 'AcroForm', 'XFA', 'RichMedia', 'Collection'], // draws or takes part beside the pages
  ...['EmbeddedFiles', 'EF', 'AF', 'F', 'FFilter', 'FDecodeParms', 'Ref', 'OPI', 'Alternates'], // other files
  ...['OC', 'OCG', 'OCGs', 'OCProperties'], // shows or hides
  ...['PatternType', 'CharProcs', 'PieceInfo', 'PresSteps'], // content streams beside the page's own
  ...['NumCopies', 'PrintPageRange', 'Duplex', 'PickTrayByPDFSize'], // would print otherwise than the job says
  ...['Encrypt', 'Prev', 'XRefStm'], // other revisions, other readers
]);

/** Values of /Type, /Subtype and /S that no object may have. */
const refusedNames = new Set([
  ...['ObjStm', 'XRef', 'Filespec', 'EmbeddedFile', 'Annot', 'Action', 'Pattern', 'OCG', 'OCMD', 'Template'],
  ...['Form', 'PS', 'Type3', 'JavaScript', 'Launch', 'URI'],
]);

const allowed = {
  trailer: new Set(['Size', 'Root', 'Info', 'ID']),
  catalog: new Set([
    'Type',
    'Version',
    'Pages',
    'Names',
    'Lang',
    'ViewerPreferences',
    'Metadata',
    'MarkInfo',
    'StructTreeRoot',
  ]),
  names: new Set(['Dests']),
  pageTree: new Set(['Type', 'Kids', 'Count']), // pages inherit nothing
  page: new Set([
    'Type',
    'Parent',
    'MediaBox',
    'CropBox',
    'Contents',
    'Resources',
    'UserUnit',
    'StructParents',
    'Tabs',
  ]),
} as const;

/** Refuses a dictionary with a key that its kind does not have here. */
export function refuseOtherKeys(kind: keyof typeof allowed, dictionary: ReadonlyMap<string, PdfValue>): void {
  for (const key of dictionary.keys()) if (!allowed[kind].has(key)) refusePdf(`${kind}Key`);
}

/** Refuses a value that holds, at any depth, what no certificate may have. */
export function refuseForbidden(value: PdfValue): void {
  if (Array.isArray(value)) value.forEach(refuseForbidden);
  if (!(value instanceof Map)) return;
  for (const [key, item] of value as ReadonlyMap<string, PdfValue>) {
    if (refusedKeys.has(key)) refusePdf(`key ${key}`);
    if (key === 'Type' || key === 'Subtype' || key === 'S') {
      if (item instanceof PdfReference) refusePdf(`${key} indirect`); // told elsewhere, where nobody looks
      if (item instanceof PdfName && refusedNames.has(item.name)) refusePdf(`${key} ${item.name}`);
    }
    refuseForbidden(item);
  }
}
