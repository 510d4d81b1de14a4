// timeout: 240 s
// Each check of the gate that concerns a document is taken away by itself: then a wrong paper comes out with the certificate of every
// producer, and with the check none. About 40 s of processor time.
import { randomBytes } from 'node:crypto';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { readPdfFile } from '../../../../agent/gate/pdf/file.ts';
import { PdfName, type PdfObject, type PdfValue } from '../../../../agent/gate/pdf/value.ts';
import { type PageStamp, writePageStamp } from '../../../../agent/protocol/page-stamp.ts';
import { writePdf } from '../../../../conformance/stamp/write-pdf.ts';
import { type PageContent, writeOnto } from '../mix-up/pdf.ts';
import { trailerOf } from '../producers/exchange.ts';
import { producers } from '../producers/producers.ts';
import type { Asked } from '../services.ts';
import { wrongDocuments } from '../wrong-papers.ts';
import { halfMutants, rowMutants } from './check-mutants.ts';
import * as asItStands from './code.ts';
import type { Mutant } from './mutant.ts';
import { mutated } from './mutate.ts';
import { goodVisit, madeBy, madeOf } from './papers.ts';
import { signatureMutants } from './signature-mutants.ts';
import { happens, type Visit } from './terminal.ts';

const form = '0 0 9 9 re f';

/** A producer's certificate with more in its pages: a right stamp, unless the page's content is its own. */
function onto(producer: string, asked: Asked, change: (stamp: PageStamp) => Partial<PageContent>): Buffer {
  const contents = [1, 2].map((page): PageContent => {
    const stamp = { transaction: asked.transaction, subject: asked.subject, page, pages: 2 };
    return { content: `${writePageStamp(stamp)} /Fm Do`, form, ...change(stamp) };
  });
  return writeOnto(producer, contents, 'picture 0');
}

function withAction(pdf: Buffer): Buffer {
  const file = readPdfFile(pdf);
  const objects = new Map<number, PdfObject>(
    [...file.objects].filter(([number]) => !file.containers.has(number)),
  );
  const action = new Map<string, PdfValue>([
    ['Type', new PdfName('Action')],
    ['S', new PdfName('JavaScript')],
  ]);
  objects.set(Math.max(...file.objects.keys()) + 1, { value: action });
  return writePdf('1.7', objects, trailerOf(file));
}

/** By name of the mutant: what is wrong with a certificate that only pdfkit makes for the other suite. */
const made: Record<string, (producer: string, asked: Asked) => Buffer> = {
  'whatever begins as a stamp is one': (producer, asked) =>
    onto(producer, asked, stamp => ({
      content: `${writePageStamp(stamp)} /Madoguchi<</Stamp<a0>>>BDC EMC /Fm Do`,
    })),
  'nothing in the file runs or reaches out': (producer, asked) =>
    withAction(onto(producer, asked, () => ({}))),
  'the stamps of what a page draws beside its own content': (producer, asked) =>
    onto(producer, asked, stamp => ({
      form: `${writePageStamp({ ...stamp, transaction: randomBytes(16) })} ${form}`,
    })),
  'the stamps of a page’s own content are not those of what it draws': (producer, asked) =>
    onto(producer, asked, stamp =>
      stamp.page === 2 ? { content: '/Fm Do', form: `${writePageStamp(stamp)} ${form}` } : {},
    ),
};

/** Mutants of what concerns the token only. */
const ofToken = (mutant: Mutant): boolean => mutant.code?.startsWith('gate/token') === true;
const rows = rowMutants.filter(({ code }) => code !== undefined && code in wrongDocuments);
const others = [...halfMutants, ...signatureMutants].filter(mutant => !ofToken(mutant));

for (const mutant of [...rows, ...others])
  test(`${mutant.name}: with the certificate of every producer`, async () => {
    const changes = [mutant.change, ...(mutant.backedBy ? [mutant.backedBy] : [])];
    const without = await mutated(...changes);
    const own = made[mutant.name];
    for (const producer of producers) {
      madeBy(producer);
      const visit: Visit = own ? madeOf(asked => own(producer.name, asked)) : mutant.visit;
      const stands = await happens(asItStands, visit);
      assert.equal([stands.wrongSides, stands.refused], [0, mutant.code], producer.name);
      assert.ok(
        (await happens(without, visit)).wrongSides > 0,
        `${producer.name}: nothing wrong was printed`,
      );
    }
    madeBy(undefined);
  });

test('with every check in place the certificate of every producer is printed', async () => {
  for (const producer of producers) {
    madeBy(producer);
    const expected = { refused: undefined, rightSides: 4, wrongSides: 0 };
    assert.equal(await happens(asItStands, goodVisit), expected, producer.name);
    const plain = madeOf(asked => onto(producer.name, asked, () => ({})));
    assert.is(
      (await happens(asItStands, plain)).refused,
      undefined,
      `${producer.name}, with more in its pages`,
    );
  }
  madeBy(undefined);
});

test.run();
