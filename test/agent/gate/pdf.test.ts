import { randomBytes } from 'node:crypto';
import { deflateSync } from 'node:zlib';
import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { isGateRefusal } from '../../../agent/gate/gate-refusal.ts';
import { readPdfPages } from '../../../agent/gate/pdf/pages.ts';
import { newKeyPair } from '../../../agent/protocol/cose-key.ts';
import { makePdf, type PdfWish, sha256 } from './services.ts';

const seed = Number(process.env.SEED ?? Date.now() % 2 ** 31);
const asked = {
  transaction: randomBytes(16),
  subject: randomBytes(16),
  gateKey: randomBytes(32),
  gateNonce: randomBytes(32),
  key: newKeyPair().coseKey,
};

/** A PDF of these objects, their numbers 1 and up, in order, with a table that fits. */
function handmade(
  objects: readonly string[],
  options: { trailer?: string; tail?: string; between?: string; size?: number; generation?: string } = {},
): Buffer {
  let file = '%PDF-1.4\n%\xff\xff\xff\xff\n';
  const offsets = objects.map((object, i) => {
    const offset = file.length;
    file += `${i + 1} 0 obj\n${object}\nendobj\n${options.between ?? ''}`;
    return offset;
  });
  const table = file.length;
  const entries = offsets
    .map(offset => `${String(offset).padStart(10, '0')} ${options.generation ?? '00000'} n \n`)
    .join('');
  file += `xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${entries}`;
  file += `trailer\n<< /Size ${options.size ?? objects.length + 1} /Root 1 0 R ${options.trailer ?? ''}>>\n`;
  file += `startxref\n${table}\n%%EOF\n${options.tail ?? ''}`;
  return Buffer.from(file, 'latin1');
}

const stream = (text: string, also = ''): string =>
  `<< /Length ${text.length} ${also}>>\nstream\n${text}\nendstream`;
const catalog = (also = '') => `<< /Type /Catalog /Pages 2 0 R ${also}>>`;
const tree = (kids = '3 0 R', count = 1) => `<< /Type /Pages /Kids [${kids}] /Count ${count} >>`;
const page = (also = '', contents = '4 0 R') =>
  `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] /Contents ${contents} /Resources << >> ${also}>>`;
const content = stream('0 0 9 9 re f');

/** Why the file is refused. */
function reasonOf(file: Buffer): unknown {
  try {
    readPdfPages(file);
  } catch (error) {
    if (isGateRefusal(error) && error.code === 'gate/pdfProfile') return error.detail.reason;
    throw error;
  }
  return 'accepted';
}

test('the smallest file within the profile is read, and its page digest is of its content', () => {
  const [only] = readPdfPages(handmade([catalog(), tree(), page(), content]));
  assert.equal(only!.digest, sha256(Buffer.from('0 0 9 9 re f')));
  const packed = deflateSync(Buffer.from('0 0 9 9 re f')).toString('latin1');
  const flate = stream(packed, '/Filter /FlateDecode ');
  assert.equal(readPdfPages(handmade([catalog(), tree(), page(), flate]))[0]!.digest, only!.digest);
});

test('what pdfkit writes is read: text, embedded fonts, lines, an image, a stamp on each page', async () => {
  const image = Buffer.from(
    'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
    'base64',
  );
  const pdf = await makePdf(asked, {
    pages: 3,
    also: doc => doc.image(image, 10, 10).moveTo(0, 0).lineTo(9, 9).stroke(),
  });
  const pages = readPdfPages(pdf);
  assert.equal(
    pages.map(({ stamps }) => stamps.map(stamp => stamp.page)),
    [[1], [2], [3]],
  );
});

const refused: Record<string, Buffer> = {
  'another header': Buffer.from('hello'),
  'an update behind the end': Buffer.concat([
    handmade([catalog(), tree(), page(), content]),
    handmade([catalog(), tree(), page(), content]),
  ]),
  'bytes behind the end': handmade([catalog(), tree(), page(), content], { tail: 'x' }),
  'an earlier revision': handmade([catalog(), tree(), page(), content], { trailer: '/Prev 9 ' }),
  encryption: handmade([catalog(), tree(), page(), content], { trailer: '/Encrypt << >> ' }),
  'bytes between objects': handmade([catalog(), tree(), page(), content], { between: '% hidden\n' }),
  'JavaScript at opening': handmade([
    catalog('/OpenAction << /S /JavaScript /JS (x) >> '),
    tree(),
    page(),
    content,
  ]),
  'a name in disguise': handmade([catalog('/Open#41ction 4 0 R '), tree(), page(), content]),
  'a form': handmade([catalog('/AcroForm << >> '), tree(), page(), content]),
  'embedded files': handmade([catalog('/Names << /EmbeddedFiles << >> >> '), tree(), page(), content]),
  'an annotation': handmade([catalog(), tree(), page('/Annots [] '), content]),
  'a form XObject that draws': handmade([
    catalog(),
    tree(),
    page(),
    content,
    stream('x', '/Type /XObject /Subtype /Form '),
  ]),
  'a font that draws': handmade([catalog(), tree(), page(), content, '<< /Type /Font /Subtype /Type3 >>']),
  'a pattern that draws': handmade([catalog(), tree(), page(), content, stream('x', '/PatternType 1 ')]),
  'packed objects': handmade([catalog(), tree(), page(), content, stream('x', '/Type /ObjStm ')]),
  'optional content': handmade([catalog(), tree(), page(), content, '<< /Type /OCG >>']),
  'a page outside the tree': handmade([catalog(), tree(), page(), content, page()]),
  'a page twice': handmade([catalog(), tree('3 0 R 3 0 R', 2), page(), content]),
  'a wrong count': handmade([catalog(), tree('3 0 R', 2), page(), content]),
  'content in two streams': handmade([catalog(), tree(), page('', '[4 0 R 4 0 R]'), content]),
  'content of another page': handmade([catalog(), tree('3 0 R 5 0 R', 2), page(), content, page()]),
  'content with another filter': handmade([catalog(), tree(), page(), stream('x', '/Filter /LZWDecode ')]),
  'content that is no zlib': handmade([catalog(), tree(), page(), stream('x', '/Filter /FlateDecode ')]),
  'content from another file': handmade([catalog(), tree(), page(), stream('x', '/F (a) ')]),
  'a length by reference': handmade([
    catalog(),
    tree(),
    page(),
    '<< /Length 5 0 R >>\nstream\nx\nendstream',
    '1',
  ]),
  'a key twice': handmade([catalog('/Type /Catalog '), tree(), page(), content]),
  'endless nesting': handmade([catalog(), tree(), page(), content, '['.repeat(100)]),
  'a form that draws, its subtype by reference': handmade([
    catalog(),
    tree(),
    page(),
    content,
    stream('x', '/Type /XObject /Subtype 6 0 R '),
    '/Form',
  ]),
  'a page outside the tree, its type by reference': handmade([
    catalog(),
    tree(),
    page(),
    content,
    page().replace('/Type /Page', '/Type 6 0 R'),
    '/Page',
  ]),
  'content through two filters': handmade([
    catalog(),
    tree(),
    page(),
    stream('x', '/Filter [/ASCIIHexDecode /FlateDecode] '),
  ]),
  'content whose filter has parameters': handmade([
    catalog(),
    tree(),
    page(),
    stream('x', '/Filter /FlateDecode /DecodeParms << /Predictor 12 >> '),
  ]),
  'a rotated page': handmade([catalog(), tree(), page('/Rotate 90 '), content]),
  'a page that inherits its rotation': handmade([
    catalog(),
    tree().replace('>>', '/Rotate 90 >>'),
    page(),
    content,
  ]),
  'a page that inherits its resources': handmade([
    catalog(),
    tree().replace('>>', '/Resources << >> >>'),
    page().replace('/Resources << >>', ''),
    content,
  ]),
  'a wish for more copies': handmade([
    catalog('/ViewerPreferences << /NumCopies 5 >> '),
    tree(),
    page(),
    content,
  ]),
  'a tree of trees': handmade([catalog(), tree('5 0 R'), page(), content, tree()]),
  'a size that leaves objects out': handmade([catalog(), tree(), page(), content], { size: 4 }),
  'objects of another generation': handmade([catalog(), tree(), page(), content], { generation: '00001' }),
  'a table that points elsewhere': Buffer.from(
    handmade([catalog(), tree(), page(), stream('5 0 obj')])
      .toString('latin1')
      .replace(/\d{10} 00000 n \ntrailer/, '0000000015 00000 n \ntrailer'),
    'latin1',
  ),
  'a length that is a lie': handmade([
    catalog(),
    tree(),
    page(),
    '<< /Length 1 >>\nstream\nx\nendstream\nendobj\n4 0 obj\n<< /Length 1 >>\nstream\ny\nendstream',
  ]),
  'a dangling page': handmade([catalog(), tree('9 0 R'), page(), content]),
};
/** The rule that each of them breaks. */
const reasons: Record<string, string> = {
  'another header': 'end',
  'an update behind the end': 'bytesAfterTrailer',
  'bytes behind the end': 'end',
  'an earlier revision': 'trailerKey',
  encryption: 'trailerKey',
  'bytes between objects': 'bytesBetweenObjects',
  'JavaScript at opening': 'key OpenAction',
  'a name in disguise': 'name',
  'a form': 'key AcroForm',
  'embedded files': 'key EmbeddedFiles',
  'an annotation': 'key Annots',
  'a form XObject that draws': 'Subtype Form',
  'a font that draws': 'Subtype Type3',
  'a pattern that draws': 'key PatternType',
  'packed objects': 'Type ObjStm',
  'optional content': 'Type OCG',
  'a page outside the tree': 'pageOutsideTree',
  'a page twice': 'pageOutsideTree',
  'a wrong count': 'pageTree',
  'content in two streams': 'contents',
  'content of another page': 'contentsShared',
  'content with another filter': 'contentFilter',
  'content that is no zlib': 'contentFilter',
  'content from another file': 'key F',
  'a length by reference': 'streamLength',
  'a key twice': 'keyTwice',
  'endless nesting': 'depth',
  'a form that draws, its subtype by reference': 'Subtype indirect',
  'a page outside the tree, its type by reference': 'Type indirect',
  'content through two filters': 'contentFilter',
  'content whose filter has parameters': 'contentFilter',
  'a rotated page': 'pageKey',
  'a page that inherits its rotation': 'pageTreeKey',
  'a page that inherits its resources': 'pageTreeKey',
  'a wish for more copies': 'key NumCopies',
  'a tree of trees': 'contents',
  'a size that leaves objects out': 'size',
  'objects of another generation': 'tableEntry',
  'a table that points elsewhere': 'bytesBetweenObjects',
  'a length that is a lie': 'bytesBeforeTable',
  'a dangling page': 'danglingReference',
};
for (const [what, file] of Object.entries(refused))
  test(`${what} is refused`, () => {
    assert.is(reasonOf(file), reasons[what]);
  });

const byPdfkit: Record<string, PdfWish['also']> = {
  'a link': doc => doc.link(0, 0, 9, 9, 'https://example.org'),
  'an attachment': doc => doc.file(Buffer.from('x'), { name: 'x' }),
};
for (const [what, also] of Object.entries(byPdfkit))
  test(`${what} made by pdfkit is refused`, async () => {
    assert.is.not(reasonOf(await makePdf(asked, { also: also! })), 'accepted');
  });

test('content that unpacks beyond its limit is refused without being unpacked', () => {
  const packed = deflateSync(Buffer.alloc(64 << 20)).toString('latin1');
  const bomb = handmade([catalog(), tree(), page(), stream(packed, '/Filter /FlateDecode ')]);
  assert.is(reasonOf(bomb), 'contentFilter');
});

test(`whatever is done to a file, pages or gate/pdfProfile come out (SEED=${seed})`, async () => {
  const files = [await makePdf(asked), handmade([catalog(), tree(), page(), content])];
  const edits = fc.array(fc.tuple(fc.nat(5000), fc.nat(255)), { minLength: 1, maxLength: 5 });
  fc.assert(
    fc.property(fc.constantFrom(...files), edits, fc.option(fc.nat(5000)), (file, changes, cut) => {
      const copy = Buffer.from(file.subarray(0, cut ?? file.length));
      for (const [at, byte] of changes) if (at < copy.length) copy[at] = byte;
      try {
        readPdfPages(copy);
      } catch (error) {
        if (!isGateRefusal(error)) throw error;
      }
    }),
    { seed, numRuns: 2000 },
  );
});

test.run();
