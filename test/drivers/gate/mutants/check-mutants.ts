// Mutants that do not compare: each row of the tables of checks, and each half of a row that checks more than one thing.
import { wrongDocuments, wrongTokens } from '../wrong-papers.ts';
import { type Mutant, without } from './mutant.ts';
import { against, wrongDocument } from './papers.ts';

const file = 'drivers/gate/checks.ts';

export const rowMutants: readonly Mutant[] = Object.keys({ ...wrongTokens, ...wrongDocuments }).map(code => ({
  name: `${code} is checked`,
  change: without(code),
  visit: against(code),
  code,
}));

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
      file: 'drivers/gate/check.ts',
      find: 'runChecks(checks, { own, order, token, manifest, pdf, pages });',
      replace: '',
    },
    visit: against('gate/manifestSubject'),
    code: 'gate/manifestSubject',
  },
  {
    name: 'a token is held against the table at all',
    change: {
      file: 'drivers/gate/order.ts',
      find: 'runChecks(tokenChecks, { own, certificate, token });',
      replace: '',
    },
    visit: against('gate/tokenCertificate'),
    code: 'gate/tokenCertificate',
  },
];
