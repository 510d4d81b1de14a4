// Whatever runs, reaches out, or is read in two ways is refused; the refusal names rule, page, object and operator or key.
import { deflateSync } from 'node:zlib';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { GateRefusal } from '../../../../agent/gate/gate-refusal.ts';
import { readPdfPages } from '../../../../agent/gate/pdf/pages.ts';
import { refusalOf } from '../../../refusal.ts';
import {
  catalog,
  content,
  drawing,
  type FileOptions,
  handmade,
  handmadeInStreams,
  judged,
  page,
  smallest,
  stamped,
  stream,
  tree,
} from './handmade.ts';

const withCatalog = (also: string, ...more: string[]) =>
  handmade([catalog(also), tree(), page(), content, ...more]);
const withPage = (also: string, ...more: string[]) =>
  handmade([catalog(), tree(), page(also), content, ...more]);
const withObject = (object: string) => handmade([...smallest, object]);
const withContent = (object: string) => handmade([catalog(), tree(), page(), object]);
const withOptions = (options: FileOptions) => handmade(smallest, options);
const drawn = (...parts: Parameters<typeof drawing>) => handmade(drawing(...parts));
const changed = (file: Buffer, from: string | RegExp, to: string) =>
  Buffer.from(file.toString('latin1').replace(from, to), 'latin1');
const good = handmade(smallest);
const form = '/Type /XObject /Subtype /Form /BBox [0 0 9 9] ';
const twoPages = (second: string, count = 2) =>
  handmade([catalog(), tree('3 0 R 5 0 R', count), page(), content, second]);

/** What is wrong: the file, and rule and place of the refusal. */
const refused: Record<string, [file: Buffer, refusal: string]> = {
  // the file
  'no PDF': [Buffer.from('hello'), 'end'],
  'an empty file': [Buffer.alloc(0), 'end'],
  'PDF 2.0': [withOptions({ header: '%PDF-2.0\n' }), 'header'],
  'something before the header': [withOptions({ header: '\n%PDF-1.4\n' }), 'header'],
  'two files in one': [Buffer.concat([good, good]), 'bytesBetween'],
  'an incremental revision': [
    Buffer.concat([
      good,
      Buffer.from(
        `xref\n0 0\ntrailer\n<< /Size 5 /Root 1 0 R /Prev ${good.lastIndexOf('xref\n0')} >>\nstartxref\n${good.length}\n%%EOF\n`,
      ),
    ]),
    'revision',
  ],
  'bytes after the end': [withOptions({ tail: 'x' }), 'end'],
  'an earlier revision that is not there': [withOptions({ trailer: '/Prev 9 ' }), 'crossReference'],
  'a table for other readers': [withOptions({ trailer: '/XRefStm 9 ' }), 'revision'],
  encryption: [withOptions({ trailer: '/Encrypt << >> ' }), 'encryption'],
  'an unknown key in the trailer': [withOptions({ trailer: '/Extra 1 ' }), 'trailerKey'],
  'bytes between objects': [withOptions({ between: 'hidden\n' }), 'bytesBetween, object 2'],
  'a size that leaves objects out': [withOptions({ size: 4 }), 'crossReference, key Size'],
  'objects of another generation': [withOptions({ generation: '00001' }), 'revision, object 1'],
  'an object number twice in the table': [
    changed(
      good,
      'xref\n0 5\n',
      'xref\n0 5\n0000000000 65535 f \n0000000015 00000 n \n0000000015 00000 n \n0000000015 00000 n \n0000000015 00000 n \n4 5\n',
    ),
    'objectTwice, object 4',
  ],
  'two numbers for one object': [
    changed(good, /(\d{10}) 00000 n \n(\d{10}) 00000 n \ntrailer/, '$1 00000 n \n$1 00000 n \ntrailer'),
    'objectNumber, object 4',
  ],
  'an object that is not in the table': [withContent(`${content}\nendobj\n5 0 obj\n1`), 'bytesBetween'],
  'a reference that leads nowhere': [withPage('/Metadata 9 0 R '), 'danglingReference, object 3'],
  'a reference to a free number': [
    handmade([catalog('/Metadata 5 0 R '), ...smallest.slice(1)], { free: true }),
    'danglingReference, object 1',
  ],
  'a key twice': [withCatalog('/Type /Catalog '), 'keyTwice, key Type, object 1'],
  'a key twice, once in disguise': [withCatalog('/T#79pe /Catalog '), 'keyTwice, key Type, object 1'],
  'endless nesting': [withObject('['.repeat(100)), 'limit, object 5'],
  'a value cut off': [withObject('<< /A (x >>'), 'syntax, object 5'],
  'a stream with its data in another file': [
    withObject(stream('x', '/F (a) ')),
    'attachment, object 5, key F',
  ],
  'a stream that is longer than its length': [
    withObject('<< /Length 1 >>\nstream\nxy\nendstream'),
    'stream, object 5',
  ],
  'a stream without length': [withObject('<< >>\nstream\nxy\nendstream'), 'stream, object 5'],
  'a length that hides an object': [
    withContent(
      '<< /Length 1 >>\nstream\nx\nendstream\nendobj\n4 0 obj\n<< /Length 1 >>\nstream\ny\nendstream',
    ),
    'bytesBetween',
  ],
  'an object stream that nobody reads': [
    withObject(stream('1 0 7', '/Type /ObjStm /N 1 /First 4 ')),
    'revision, object 5',
  ],
  'an object stream with an object more': [
    handmadeInStreams(smallest, { entries: ([free, , ...rest]) => [free!, '\x00\x00\x00\x00', ...rest] }),
    'objectStream',
  ],
  'an object stream of other numbers': [
    handmadeInStreams(smallest, { pack: packed => packed.replace(/^1 /, '7 ') }),
    'objectStream, object 7',
  ],
  'an object stream that goes on in another': [
    handmadeInStreams(smallest, { also: '/Extends 4 0 R ' }),
    'objectStream',
  ],
  'a cross-reference stream with bytes more': [
    handmadeInStreams(smallest, { entries: entries => [...entries, 'xxxx'] }),
    'crossReference, object 6',
  ],
  'a filter that is not decoded for content': [
    withContent(stream('x', '/Filter /DCTDecode ')),
    'filter, page 1, object 4',
  ],
  'content that is no zlib': [withContent(stream('x', '/Filter /FlateDecode ')), 'filter, page 1, object 4'],
  // what runs, reaches out, or changes
  'JavaScript at opening': [
    withCatalog('/OpenAction << /S /JavaScript /JS (x) >> '),
    'action, object 1, key JavaScript',
  ],
  'an action at opening, its kind by reference': [
    withCatalog('/OpenAction << /S 5 0 R >> ', '/Launch'),
    'action, object 1, key Launch',
  ],
  'another action at opening': [withCatalog('/OpenAction << /D [3 0 R /Fit] >> '), 'action, key OpenAction'],
  'a name in disguise': [withCatalog('/A#41 << >> '), 'action, key AA'],
  'JavaScript by name': [withCatalog('/Names << /JavaScript << >> >> '), 'action, key JavaScript'],
  'attached files': [withCatalog('/Names << /EmbeddedFiles << >> >> '), 'attachment, key EmbeddedFiles'],
  'an associated file': [withObject('<< /Type /Filespec /F (x) >>'), 'attachment, object 5, key Filespec'],
  'a collection': [withCatalog('/Collection << >> '), 'attachment, key Collection'],
  'a form to fill in': [withCatalog('/AcroForm << >> '), 'annotation, key AcroForm'],
  'optional content': [withCatalog('/OCProperties << >> '), 'optionalContent, key OCProperties'],
  'an optional content group': [
    withObject('<< /Type /OCG /Name (x) >>'),
    'optionalContent, object 5, key OCG',
  ],
  'a wish for more copies': [
    withCatalog('/ViewerPreferences << /NumCopies 5 >> '),
    'printOverride, key NumCopies',
  ],
  'an unknown key in the catalog': [withCatalog('/Perms << >> '), 'catalogKey, key Perms'],
  'an annotation': [
    withPage('/Annots [5 0 R] ', '<< /Subtype /Link >>'),
    'annotation, page 1, object 3, key Annots',
  ],
  'an action of a page': [withPage('/AA << >> '), 'action, page 1, object 3, key AA'],
  'an unknown key in a page': [withPage('/PieceInfo << >> '), 'pageKey, page 1, object 3, key PieceInfo'],
  // pages
  'a page outside the tree': [withObject(page()), 'pageOutsideTree, object 5'],
  'a page outside the tree, its type by reference': [
    handmade([...smallest, page().replace('/Type /Page', '/Type 6 0 R'), '/Page']),
    'pageOutsideTree, object 5',
  ],
  'a second page tree': [withObject(tree()), 'pageOutsideTree, object 5'],
  'a page twice': [handmade([catalog(), tree('3 0 R 3 0 R', 2), page(), content]), 'pageTree, object 3'],
  'a tree that contains itself': [
    handmade([catalog(), tree('2 0 R'), page(), content]),
    'pageTree, object 2',
  ],
  'a wrong count': [
    handmade([catalog(), tree('3 0 R', 2), page(), content]),
    'pageTree, object 2, key Count',
  ],
  'a page without type': [twoPages(page().replace('/Type /Page ', '')), 'pageTree, object 5, key Type'],
  'a page of another parent': [
    twoPages(page().replace('/Parent 2', '/Parent 3')),
    'pageTree, object 5, key Parent',
  ],
  'a page without content': [twoPages(page().replace('/Contents 4 0 R', '')), 'contents, page 2, object 5'],
  A3: [
    handmade([catalog(), tree(), page('', { box: '[0 0 842 1191]' }), content]),
    'media, page 1, object 3, key MediaBox',
  ],
  Letter: [
    handmade([catalog(), tree(), page('', { box: '[0 0 612 792]' }), content]),
    'media, page 1, object 3, key MediaBox',
  ],
  'A4 on its side': [
    handmade([catalog(), tree(), page('', { box: '[0 0 842 595]' }), content]),
    'media, page 1, object 3, key MediaBox',
  ],
  'a page that is cut': [withPage('/CropBox [0 0 400 400] '), 'media, page 1, object 3, key CropBox'],
  'a rotated page': [withPage('/Rotate 90 '), 'media, page 1, object 3, key Rotate'],
  'a page that inherits its rotation': [
    handmade([catalog(), tree('3 0 R', 1, '/Rotate 90 '), page(), content]),
    'media, page 1, object 3, key Rotate',
  ],
  'a scaled page': [withPage('/UserUnit 2 '), 'media, page 1, object 3, key UserUnit'],
  // what is drawn
  'text in a soft mask whose group has no subtype': [
    drawn('/S gs', '/ExtGState << /S << /SMask << /G 5 0 R >> >> >>', stream('BT ET', '/BBox [0 0 9 9] ')),
    'xObject, page 1, object 5, operator gs, key Subtype',
  ],
  'an XObject without subtype': [
    drawn('/F Do', '/XObject << /F 5 0 R >>', stream('BT ET')),
    'xObject, page 1, object 5, operator Do, key Subtype',
  ],
  'a PostScript XObject': [
    drawn('/F Do', '/XObject << /F 5 0 R >>', stream('x', '/Subtype /PS ')),
    'xObject, page 1, object 5, operator Do, key Subtype',
  ],
  'a soft mask of an image without subtype': [
    drawn('/I Do', '/XObject << /I 5 0 R >>', stream('x', '/Subtype /Image /SMask 6 0 R '), stream('x')),
    'xObject, page 1, object 6, operator Do, key Subtype',
  ],
  'an alternative image': [
    drawn('/I Do', '/XObject << /I 5 0 R >>', stream('x', '/Subtype /Image /Alternates [] ')),
    'xObject, page 1, object 5, operator Do, key Alternates',
  ],
  'a form of another file': [
    drawn('/F Do', '/XObject << /F 5 0 R >>', stream('', `${form}/Ref << >> `)),
    'xObject, page 1, object 5, operator Do, key Ref',
  ],
  'an optional form': [
    drawn('/F Do', '/XObject << /F 5 0 R >>', stream('', `${form}/OC << >> `)),
    'optionalContent, page 1, object 5, operator Do, key OC',
  ],
  'optional marked content': [
    drawn('/OC /M BDC EMC', '/Properties << /M << >> >>'),
    'optionalContent, page 1, object 4, operator BDC',
  ],
  'a pattern without type': [
    drawn('/P scn', '/Pattern << /P 5 0 R >>', stream('')),
    'resource, page 1, object 5, operator scn, key PatternType',
  ],
  'a shading without type': [
    drawn('/S sh', '/Shading << /S << >> >>'),
    'resource, page 1, object 4, operator sh',
  ],
  'a resource that is not there': [drawn('/F Do', ''), 'resource, page 1, object 4, operator Do'],
  'a form that draws with the resources of its page': [
    drawn('/F Do', '/XObject << /F 5 0 R /G 6 0 R >>', stream('/G Do', form), stream('', form)),
    'resource, page 1, object 5, operator Do',
  ],
  'a form that draws itself': [
    drawn(
      '/F Do',
      '/XObject << /F 5 0 R >>',
      stream('/F Do', `${form}/Resources << /XObject << /F 5 0 R >> >> `),
    ),
    'cycle, page 1, object 5, operator Do',
  ],
  'an operator that is none': [drawn('0 0 9 9 rf', ''), 'operator, page 1, object 4, operator rf'],
  'an operator between BX and EX': [
    drawn('BX 1 secret EX', ''),
    'operator, page 1, object 4, operator secret',
  ],
  'an operator with two names': [
    drawn('/F /G Do', '/XObject << /F 5 0 R >>', stream('', form)),
    'operator, page 1, object 4, operator Do',
  ],
  'marked content with two property lists': [
    drawn('/M << >> /P BDC', '/Properties << /P << >> >>'),
    'operator, page 1, object 4, operator BDC',
  ],
  'a catalog without type': [
    handmade([catalog().replace('/Type /Catalog', ''), tree(), page(), content]),
    'catalogKey, key Type',
  ],
  'an operator without its name': [drawn('12 Tf', ''), 'operator, page 1, object 4, operator Tf'],
  'an inline image that is longer than its size': [
    drawn('BI /W 1 /H 1 /CS /G /BPC 8 ID xy EI', ''),
    'inlineImage, page 1, object 4, operator BI',
  ],
  'a font that is not in the file': [
    drawn(
      '/F 9 Tf',
      '/Font << /F << /Subtype /Type0 /DescendantFonts [5 0 R] >> >>',
      '<< /Subtype /CIDFontType0 /BaseFont /HeiseiMin-W3 >>',
    ),
    'fontNotEmbedded, page 1, object 4, operator Tf',
  ],
  'a font without subtype': [
    drawn('/F 9 Tf', '/Font << /F 5 0 R >>', '<< /BaseFont /Helvetica >>'),
    'font, page 1, object 5, operator Tf, key Subtype',
  ],
  'a glyph that is no stream': [
    drawn('/F 9 Tf', '/Font << /F 5 0 R >>', '<< /Subtype /Type3 /CharProcs << /a (x) >> >>'),
    'stream, page 1, object 5, operator Tf',
  ],
};

for (const [what, [file, refusal]] of Object.entries(refused))
  test(`${what}: refused`, () => {
    const inOrder = (text: string) => text.split(', ').sort().join(', ');
    assert.is(inOrder(judged(file)), inOrder(refusal));
  });

test('a refusal says rule, page, object and operator in its message too, and nothing that the file contains', async () => {
  const file = drawn(`(髙橋 美咲) Tj BT 0 0 9 9 (a very long text) undefinedOperatorOfManyLetters`, '');
  const error = await refusalOf((async () => readPdfPages(file))(), GateRefusal);
  assert.is(error.code, 'gate/pdfProfile');
  assert.equal(error.detail, { rule: 'operator', page: 1, object: 4, operator: '?' });
  assert.match(error.message, /\(rule operator, page 1, object 4, operator \?\)$/);
});

test('a length in an object stream is refused: it would be needed before it can be read', () => {
  const packed = deflateSync(Buffer.from(stamped())).toString('latin1');
  const late = stream(packed, '/Filter /FlateDecode ').replace(/Length \d+/, 'Length 5 0 R');
  const file = handmadeInStreams([catalog(), tree(), page(), late, String(packed.length)]);
  assert.is(judged(file), 'stream, object 4');
});

test.run();
