// What producers write as a matter of course is taken (docs/contract/documents.md).
import { deflateSync } from 'node:zlib';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { readPdfPages } from '../../../../agent/gate/pdf/pages.ts';
import {
  catalog,
  content,
  drawing,
  handmade,
  handmadeInStreams,
  judged,
  mine,
  page,
  smallest,
  stamped,
  stream,
  tree,
} from './handmade.ts';
import { linearized } from './linearized.ts';

const flate = (text: string, also = ''): string =>
  stream(deflateSync(Buffer.from(text, 'latin1')).toString('latin1'), `/Filter /FlateDecode ${also}`);
const form = (drawn: string, also = '') =>
  stream(drawn, `/Type /XObject /Subtype /Form /BBox [0 0 9 9] ${also}`);
const gray = '/Width 1 /Height 1 /ColorSpace /DeviceGray /BitsPerComponent 8';
const image = (also = '') => stream('x', `/Subtype /Image ${gray} ${also}`);
const descriptor = '<< /Type /FontDescriptor /FontName /F /FontFile2 7 0 R >>';

const taken: Record<string, Buffer> = {
  'the smallest certificate': handmade(smallest),
  ...Object.fromEntries(
    ['1.3', '1.4', '1.5', '1.6', '1.7'].map(version => [
      `PDF ${version}`,
      handmade(smallest, { header: `%PDF-${version}\n` }),
    ]),
  ),
  'other line ends and no binary comment': handmade(smallest, { header: '%PDF-1.3\r\n', tail: '\r\n\r\n' }),
  'comments and white space between objects': handmade(smallest, {
    between: "% 'BasicFonts': class PDFDictionary\n\0\f\t ",
  }),
  'any white space in an object': handmade([
    catalog(),
    tree(),
    `<</Type/Page/Parent\0 2\n0\tR/MediaBox[0 0 595 842]%x\r/Contents\f4 0 R>>`,
    content,
  ]),
  'a name with escapes': handmade([catalog('/Page#4dode /UseNone '), tree(), page(), content]),
  'a free number': handmade(smallest, { free: true }),
  'a cross-reference stream and an object stream': handmadeInStreams(smallest),
  'a linearized file': linearized(),
  'a length by reference': handmade([
    ...smallest.slice(0, 3),
    content.replace(/Length \d+/, 'Length 5 0 R'),
    String(stamped().length),
  ]),
  'an OpenAction that is a destination': handmade([
    catalog('/OpenAction [3 0 R /XYZ null null 0] '),
    tree(),
    page(),
    content,
  ]),
  'metadata, Info, output intents, structure': handmade(
    [
      catalog(
        '/Metadata 5 0 R /MarkInfo << /Marked true >> /StructTreeRoot 6 0 R /OutputIntents [] /Lang (ja) /ViewerPreferences << /DisplayDocTitle true >> ',
      ),
      tree(),
      page('/StructParents 0 /Tabs /S '),
      stream(stamped('/P << /MCID 0 /ActualText <FEFF3042> >> BDC 0 0 9 9 re f EMC')),
      stream('<x:xmpmeta/>', '/Type /Metadata /Subtype /XML '),
      '<< /Type /StructTreeRoot /K << /S /P /Pg 3 0 R /K 0 /A << /O /Layout >> >> >>',
      '<< /Producer (x) /F (any key) >>',
    ],
    { trailer: '/Info 7 0 R /ID [<00> <00>] /DocChecksum /00 ' },
  ),
  'harmless resource names': handmade(
    drawing(
      '/A Do /F Do /JS Do /AA Do',
      '/XObject << /A 5 0 R /F 5 0 R /JS 5 0 R /AA 5 0 R >>',
      form('0 0 9 9 re f'),
    ),
  ),
  'resources, box and rotation that a page inherits': handmade([
    catalog(),
    tree('5 0 R'),
    '<< /Type /Page /Parent 5 0 R /Contents 4 0 R >>',
    stream(stamped('/F Do')),
    '<< /Type /Pages /Parent 2 0 R /Kids [3 0 R] /Count 1 /MediaBox [0 0 595.28 841.89] /Rotate 0 /Resources << /XObject << /F 6 0 R >> >> >>',
    form('0 0 9 9 re f'),
  ]),
  'content in several streams, one operator across two': handmade([
    catalog(),
    tree(),
    page('', { contents: '[4 0 R 5 0 R 6 0 R]' }),
    content,
    stream('0 0 9'),
    stream('9 re f'),
  ]),
  'packed content': handmade([catalog(), tree(), page(), flate(stamped())]),
  'an empty list of annotations, and a group': handmade([
    catalog(),
    tree(),
    page('/Annots [] /Group << /S /Transparency /CS /DeviceRGB >> '),
    content,
  ]),
  'a form in a form': handmade(
    drawing(
      '/F Do',
      '/XObject << /F 5 0 R >>',
      form('/G Do', '/Resources << /XObject << /G 6 0 R >> >> '),
      form('0 0 9 9 re f'),
    ),
  ),
  'an image with a soft mask, and one in place': handmade(
    drawing(
      '/I Do BI /W 3 /H 1 /CS /G /BPC 8 ID E I EI q Q',
      '/XObject << /I 5 0 R >>',
      image('/SMask 6 0 R '),
      image(),
    ),
  ),
  'an inline image that is packed': handmade(
    drawing('BI /W 1 /H 1 /CS /G /BPC 8 /F /AHx ID 00>\nEI q Q', ''),
  ),
  'a soft mask in a graphics state': handmade(
    drawing('/S gs', '/ExtGState << /S << /SMask << /S /Luminosity /G 5 0 R >> >> >>', form('0 0 9 9 re f')),
  ),
  'a tiling pattern, a shading pattern and a shading': handmade(
    drawing(
      '/Pattern cs /P scn /Q scn 0.5 scn /S sh /C cs',
      '/Pattern << /P 5 0 R /Q << /PatternType 2 /Shading 6 0 R >> >> /Shading << /S 6 0 R >> /ColorSpace << /C /DeviceGray >>',
      stream('0 0 9 9 re f', '/PatternType 1 /PaintType 1 /TilingType 1 /BBox [0 0 9 9] /XStep 9 /YStep 9 '),
      '<< /ShadingType 2 /ColorSpace /DeviceGray /Coords [0 0 9 9] /Function << /FunctionType 2 /Domain [0 1] /N 1 >> >>',
    ),
  ),
  'fonts: one of the standard 14, TrueType, Type 0, Type 3': handmade(
    drawing(
      '/A 9 Tf /B 9 Tf /C 9 Tf /D 9 Tf',
      `/Font << /A << /Subtype /Type1 /BaseFont /Helvetica >> /B << /Subtype /TrueType /FontDescriptor 8 0 R >>
        /C << /Subtype /Type0 /DescendantFonts [6 0 R] >> /D 5 0 R >>`,
      '<< /Type /Font /Subtype /Type3 /CharProcs << /F 9 0 R >> /Resources << >> >>',
      '<< /Type /Font /Subtype /CIDFontType2 /FontDescriptor 8 0 R >>',
      stream('a font', '/Length1 6 '),
      descriptor,
      stream('9 0 d0 0 0 9 9 re f'),
    ),
  ),
};

for (const [what, file] of Object.entries(taken))
  test(`${what}: taken`, () => {
    assert.is(judged(file), 'taken');
    assert.equal(readPdfPages(file), [{ own: [mine], stamps: [mine] }]);
  });

test.run();
