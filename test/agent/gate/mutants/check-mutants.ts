// Mutants that do not compare: each row of the tables of checks, and each half of a row that checks more than one thing.
import { wrongDocuments, wrongTokens } from '../wrong-papers.ts';
import { type Mutant, without } from './mutant.ts';
import { against, wrongDocument, wrongPdf } from './papers.ts';

const file = 'agent/gate/transaction/checks.ts';

export const rowMutants: readonly Mutant[] = Object.keys({ ...wrongTokens, ...wrongDocuments }).map(code => ({
  name: `${code} is checked`,
  change: without(code),
  visit: against(code),
  code,
}));

/** Rows that hold for more than one reason, and what the rows rest on. */
export const halfMutants: readonly Mutant[] = [
  {
    name: 'as many digests as pages',
    change: { file, find: 'c.manifest.pageDigests.length === c.pages.length &&', replace: '' },
    visit: wrongDocument({
      manifest: ({ pageDigests }) => ({ pageDigests: [...pageDigests, ...pageDigests] }),
    }),
    code: 'gate/pageDigests',
  },
  {
    name: 'each page’s digest',
    change: {
      file,
      find: 'page.digest.equals(c.manifest.pageDigests[i]!)',
      replace: 'page && i >= 0',
    },
    visit: wrongDocument(wrongDocuments['gate/pageDigests']!),
    code: 'gate/pageDigests',
  },
  {
    name: 'not two stamps on a page',
    change: { file, find: 'page.stamps.length === 1', replace: 'page.stamps.length > 0' },
    visit: wrongDocument({ pdf: { stamps: 2 } }),
    code: 'gate/stampMissing',
  },
  {
    name: 'whatever begins like a stamp is one',
    change: {
      file: 'agent/gate/pdf/pages.ts',
      find: "if (!stamp) throw new GateRefusal('gate/stampMissing');",
      replace: 'if (!stamp) continue;',
    },
    visit: wrongPdf(doc => doc.addContent('/Madoguchi<</Stamp<a0>>>BDC EMC')),
    code: 'gate/stampMissing',
  },
  {
    name: 'nothing draws but the page’s own content',
    change: {
      file: 'agent/gate/pdf/pages.ts',
      find: 'for (const object of file.objects) if (object) refuseForbidden(object.value);',
      replace: '',
    },
    visit: wrongPdf(doc => doc.ref({ Type: 'XObject', Subtype: 'Form' }).end('0 0 9 9 re f')),
    code: 'gate/pdfProfile',
  },
  {
    name: 'each stamp’s own page number',
    change: { file, find: 'stamp.page === i + 1 &&', replace: 'i >= 0 &&' },
    visit: wrongDocument(wrongDocuments['gate/stampOrder']!),
    code: 'gate/stampOrder',
  },
  {
    name: 'each stamp’s number of pages',
    change: { file, find: '&& stamp.pages === c.pages.length', replace: '' },
    visit: wrongDocument({ pdf: { stamp: () => ({ pages: 3 }) } }),
    code: 'gate/stampOrder',
  },
  {
    name: 'a document is held against the table at all',
    change: {
      file: 'agent/gate/transaction/check-document.ts',
      find: 'runChecks(checks, { own, order, token, manifest, pdf, pages });',
      replace: '',
    },
    visit: against('gate/manifestSubject'),
    code: 'gate/manifestSubject',
  },
  {
    name: 'a token is held against the table at all',
    change: {
      file: 'agent/gate/transaction/order.ts',
      find: 'runChecks(tokenChecks, { own, certificate, token });',
      replace: '',
    },
    visit: against('gate/tokenCertificate'),
    code: 'gate/tokenCertificate',
  },
];
