// Mutants that do not compare: each row of the tables of checks, and each half of a row that checks more than one thing.
import { randomBytes } from 'node:crypto';
import { writePageStamp } from '../../../../agent/protocol/page-stamp.ts';
import { wrongDocuments, wrongTokens } from '../wrong-papers.ts';
import { type Mutant, without } from './mutant.ts';
import { against, drawsForm, stampedInFormOnly, wrongDocument, wrongPdf } from './papers.ts';

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
    name: 'whatever begins as a stamp is one',
    change: {
      file: 'agent/gate/pdf/stamps.ts',
      find: 'this.#last = raw;',
      replace: 'if (raw.length < 40) return;',
    },
    visit: wrongPdf(doc => doc.addContent('/Madoguchi<</Stamp<a0>>>BDC EMC')),
    code: 'gate/stampMissing',
  },
  {
    name: 'nothing in the file runs or reaches out',
    change: { file: 'agent/gate/pdf/pages.ts', find: '  refuseAnywhere(file);\n', replace: '' },
    visit: wrongPdf(doc => doc.ref({ Type: 'Action', S: 'JavaScript' }).end('')),
    code: 'gate/pdfProfile',
  },
  {
    name: 'the stamps of what a page draws beside its own content',
    change: { file: 'agent/gate/pdf/pages.ts', find: 'stamps: all.all', replace: 'stamps: own.all' },
    visit: wrongPdf(
      drawsForm(
        `${writePageStamp({ transaction: randomBytes(16), subject: randomBytes(16), page: 2, pages: 2 })} 0 0 9 9 re f`,
      ),
    ),
    code: 'gate/stampTransaction',
  },
  {
    name: 'the stamps of a page’s own content are not those of what it draws',
    change: {
      file: 'agent/gate/transaction/checks.ts',
      find: 'page.own.length > 0',
      replace: 'page.stamps.length > 0',
    },
    visit: stampedInFormOnly,
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
      file: 'agent/gate/transaction/check-document.ts',
      find: 'runChecks(checks.manifest, { own, order, token, manifest, pdf });',
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
