// What a certificate's PDF may hold: text, lines and images, drawn by each page's one content stream. Refused anywhere in the file:
// whatever runs, hides, changes later, or draws from another place. So the digest of a page (of its content stream) covers all that
// is drawn there, except glyph shapes and image samples. The digest of the file covers those.
import { PdfName, PdfReference, type PdfValue, refusePdf } from './value.ts';

/** Dictionary keys that no object may have. */
const refusedKeys = new Set([
  ...['JS', 'JavaScript', 'OpenAction', 'AA', 'A', 'Launch', 'URI'], // run something
  ...['Annots', 'AcroForm', 'XFA', 'RichMedia', 'Collection'], // draw or act beside the pages
  ...['EmbeddedFiles', 'EF', 'AF', 'F', 'FFilter', 'FDecodeParms', 'Ref', 'OPI', 'Alternates'], // other files
  ...['OC', 'OCG', 'OCGs', 'OCProperties'], // show or hide
  ...['PatternType', 'CharProcs', 'PieceInfo', 'PresSteps'], // content streams beside the page's own
  ...['NumCopies', 'PrintPageRange', 'Duplex', 'PickTrayByPDFSize'], // override the print job
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

/** Refuses a dictionary with a key that is not allowed for its kind. */
export function refuseOtherKeys(kind: keyof typeof allowed, dictionary: ReadonlyMap<string, PdfValue>): void {
  for (const key of dictionary.keys()) if (!allowed[kind].has(key)) refusePdf(`${kind}Key`);
}

/** Refuses a value that holds a forbidden key or name at any depth. */
export function refuseForbidden(value: PdfValue): void {
  if (Array.isArray(value)) value.forEach(refuseForbidden);
  if (!(value instanceof Map)) return;
  for (const [key, item] of value as ReadonlyMap<string, PdfValue>) {
    if (refusedKeys.has(key)) refusePdf(`key ${key}`);
    if (key === 'Type' || key === 'Subtype' || key === 'S') {
      if (item instanceof PdfReference) refusePdf(`${key} indirect`); // its value is elsewhere and would not be checked
      if (item instanceof PdfName && refusedNames.has(item.name)) refusePdf(`${key} ${item.name}`);
    }
    refuseForbidden(item);
  }
}
