// What a file may hold beside its pages: nothing that runs, reaches out, or shows something else to another reader.
import { placed, printable, refusePdf } from './broken-rule.ts';
import type { PdfFile } from './file.ts';
import type { PdfRule } from './rules.ts';
import { isDictionary, nameOf, type PdfDictionary, PdfReference, type PdfValue } from './value.ts';

const catalogKeys = new Set([
  ...[
    'Type',
    'Version',
    'Extensions',
    'Pages',
    'PageLabels',
    'Names',
    'Dests',
    'Outlines',
    'PageLayout',
    'PageMode',
  ],
  ...['ViewerPreferences', 'OpenAction', 'Metadata', 'StructTreeRoot', 'MarkInfo', 'Lang', 'OutputIntents'],
]);

/** Keys of catalog and names that have a rule of their own. */
const ruleOfKey: Readonly<Record<string, PdfRule>> = {
  AA: 'action',
  URI: 'action',
  JavaScript: 'action',
  AcroForm: 'annotation',
  NeedsRendering: 'annotation',
  Collection: 'attachment',
  AF: 'attachment',
  EmbeddedFiles: 'attachment',
  OCProperties: 'optionalContent',
  Pages: 'pageOutsideTree',
  Templates: 'pageOutsideTree',
};

/** Types of dictionaries that no object may have. */
const ruleOfType: Readonly<Record<string, PdfRule>> = {
  Action: 'action',
  Annot: 'annotation',
  Sig: 'annotation',
  Filespec: 'attachment',
  F: 'attachment',
  EmbeddedFile: 'attachment',
  OCG: 'optionalContent',
  OCMD: 'optionalContent',
  Template: 'pageOutsideTree',
};

/** Keys that no stream may have. DP is DecodeParms for some readers. */
const ruleOfStreamKey: Readonly<Record<string, PdfRule>> = {
  F: 'attachment',
  FFilter: 'attachment',
  FDecodeParms: 'attachment',
  DP: 'filter',
};

/** ISO 32000-1, table 198, and PDF 2.0's. /S of a structure element or a group has none of these. */
const actions = new Set([
  ...[
    'GoTo',
    'GoToR',
    'GoToE',
    'GoToDp',
    'Launch',
    'Thread',
    'URI',
    'Sound',
    'Movie',
    'Hide',
    'Named',
    'SubmitForm',
  ],
  ...[
    'ResetForm',
    'ImportData',
    'JavaScript',
    'SetOCGState',
    'Rendition',
    'Trans',
    'GoTo3DView',
    'RichMediaExecute',
  ],
]);

const printKeys = [
  'NumCopies',
  'PrintPageRange',
  'Duplex',
  'PickTrayByPDFSize',
  'PrintScaling',
  'PrintArea',
  'PrintClip',
];

export function refuseCatalog(file: PdfFile, catalog: PdfDictionary): void {
  for (const key of catalog.keys())
    if (!catalogKeys.has(key)) refusePdf(ruleOfKey[key] ?? 'catalogKey', { key: printable(key) });
  const names = file.get(catalog, 'Names');
  if (isDictionary(names))
    for (const key of names.keys())
      if (key !== 'Dests') refusePdf(ruleOfKey[key] ?? 'catalogKey', { key: printable(key) });
  const open = file.get(catalog, 'OpenAction');
  if (open !== null && !Array.isArray(open)) refusePdf('action', { key: 'OpenAction' });
  const preferences = file.get(catalog, 'ViewerPreferences');
  if (isDictionary(preferences))
    for (const key of printKeys) if (preferences.has(key)) refusePdf('printOverride', { key });
}

/** Looks at every value of every object, whether a page reaches it or not. */
export function refuseAnywhere(file: PdfFile): void {
  for (const [number, { value, stream }] of file.objects)
    placed({ object: number }, () => {
      if (stream && isDictionary(value))
        for (const [key, rule] of Object.entries(ruleOfStreamKey))
          if (value.has(key)) refusePdf(rule, { key });
      refuseIn(file, value);
    });
}

function refuseIn(file: PdfFile, value: PdfValue): void {
  if (value instanceof PdfReference) file.object(value);
  else if (Array.isArray(value)) for (const item of value as readonly PdfValue[]) refuseIn(file, item);
  else if (isDictionary(value)) {
    const type = nameOf(file.get(value, 'Type'));
    const rule = type !== undefined && Object.hasOwn(ruleOfType, type) ? ruleOfType[type] : undefined;
    if (rule) refusePdf(rule, { key: type! });
    const action = nameOf(file.get(value, 'S'));
    if (action !== undefined && actions.has(action)) refusePdf('action', { key: action });
    for (const item of value.values()) refuseIn(file, item);
  }
}
