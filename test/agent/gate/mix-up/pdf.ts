// Makes small PDFs fast, and reads them as a person reads paper: by what is visible on the page only.
import { type PdfFile, readPdfFile } from '../../../../agent/gate/pdf/file.ts';
import { pageObjects } from '../../../../agent/gate/pdf/pages.ts';
import { isDictionary, PdfName, PdfReference, type PdfValue } from '../../../../agent/gate/pdf/value.ts';
import { writePdf as writeObjects } from '../../../../conformance/stamp/write-pdf.ts';
import { trailerOf } from '../producers/exchange.ts';
import { contentsOf } from '../producers/parts.ts';
import { readSample } from '../producers/samples.ts';

/** Content of a page, and of the form that it draws. */
export interface PageContent {
  content: string;
  form: string;
}

/** Puts pages of text, each with a form and the same picture, into a PDF as a certificate's is (docs/contract/documents.md). */
export function writePdf(contents: readonly PageContent[], picture: string): Buffer {
  const objects = [
    '<</Type /Catalog /Pages 2 0 R>>',
    `<</Type /Pages /Kids [${contents.map((_, i) => `${5 + 3 * i} 0 R`).join(' ')}] /Count ${contents.length}>>`,
    '<</Type /Font /Subtype /Type1 /BaseFont /Helvetica>>',
    stream(picture, `/Type /XObject /Subtype /Image /Width ${picture.length} /Height 1 ${gray}`),
  ];
  for (const { content, form } of contents)
    objects.push(
      `<</Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources ${resourcesWith(objects.length + 3)} ` +
        `/Contents ${objects.length + 2} 0 R>>`,
      stream(content),
      stream(form, `/Type /XObject /Subtype /Form /BBox [0 0 595 842] /Resources <<${fonts}>>`),
    );
  let file = '%PDF-1.4\n%\xff\xff\xff\xff\n';
  let table = `xref\n0 ${objects.length + 1}\n0000000000 65535 f \n`;
  objects.forEach((object, i) => {
    table += `${String(file.length).padStart(10, '0')} 00000 n \n`;
    file += `${i + 1} 0 obj\n${object}\nendobj\n`;
  });
  const trailer = `trailer\n<</Size ${objects.length + 1} /Root 1 0 R>>\nstartxref\n${file.length}\n%%EOF\n`;
  return Buffer.from(file + table + trailer, 'latin1');
}

const gray = '/ColorSpace /DeviceGray /BitsPerComponent 8';
const fonts = '/Font <</F1 3 0 R>>';
const resourcesWith = (form: number) => `<<${fonts} /XObject <</P 4 0 R /Fm ${form} 0 R>>>>`;
const stream = (content: string, entries = '') =>
  `<<${entries} /Length ${content.length}>>\nstream\n${content}\nendstream`;

const opened = new Map<string, PdfFile>();

/** The same on top of a producer's certificate: its pages in turn, with their own content, resources and everything around them. */
export function writeOnto(producer: string, contents: readonly PageContent[], picture: string): Buffer {
  const file = opened.get(producer) ?? readPdfFile(readSample(producer));
  opened.set(producer, file);
  const objects = new Map([...file.objects].filter(([number]) => !file.containers.has(number)));
  const theirs = pageObjects(file);
  const numberOf = (() => {
    let next = Math.max(...file.objects.keys());
    return () => ++next;
  })();
  const put = (value: PdfValue, stream?: string): PdfReference => {
    const number = numberOf();
    objects.set(number, stream === undefined ? { value } : { value, stream: Buffer.from(stream) });
    return new PdfReference(number);
  };
  const name = (text: string) => new PdfName(text);
  const font = put(
    new Map(
      [
        ['Type', 'Font'],
        ['Subtype', 'Type1'],
        ['BaseFont', 'Helvetica'],
      ].map(([key, of]) => [key!, name(of!)]),
    ),
  );
  const image = put(
    new Map<string, PdfValue>([
      ...([
        ['Subtype', name('Image')],
        ['Width', picture.length],
        ['Height', 1],
      ] as const),
      ...([
        ['ColorSpace', name('DeviceGray')],
        ['BitsPerComponent', 8],
      ] as const),
    ]),
    picture,
  );
  const tree = new PdfReference(numberOf());
  const a4 = [0, 0, 595, 842];
  const pages = contents.map(({ content, form }, i) => {
    const { dictionary, resources } = theirs[i % theirs.length]!;
    const kinds = new Map(isDictionary(resources) ? resources : []);
    const drawn = put(
      new Map<string, PdfValue>([
        ['Subtype', name('Form')],
        ['BBox', a4],
        ['Resources', new Map([['Font', new Map([['F1', font]])]])],
      ]),
      form,
    );
    for (const [kind, key, value] of [
      ['Font', 'F1', font],
      ['XObject', 'P', image],
      ['XObject', 'Fm', drawn],
    ] as const) {
      const known = file.resolve(kinds.get(kind));
      kinds.set(kind, new Map([...(isDictionary(known) ? known : []), [key, value]]));
    }
    const own: [string, PdfValue][] = [
      ['Parent', tree],
      ['MediaBox', a4],
      ['CropBox', a4],
      ['Resources', kinds],
    ];
    const all = [put(new Map(), content), ...contentsOf(file, dictionary)];
    return put(new Map<string, PdfValue>([...dictionary, ...own, ['Contents', all]]));
  });
  // nothing but a structure tree and destinations speaks of the producer's own pages
  for (const [number, { value }] of objects)
    if (
      isDictionary(value) &&
      value.get('Parent') !== tree &&
      ['Page', 'Pages'].some(type => isNameOf(value.get('Type'), type))
    )
      objects.set(number, { value: null });
  objects.set(tree.object, {
    value: new Map<string, PdfValue>([
      ['Type', name('Pages')],
      ['Kids', pages],
      ['Count', pages.length],
    ]),
  });
  const root = (file.trailer.get('Root') as PdfReference).object;
  const catalog = objects.get(root)!.value;
  objects.set(root, { value: new Map([...(isDictionary(catalog) ? catalog : []), ['Pages', tree]]) });
  return writeObjects('1.7', objects, trailerOf(file));
}

const isNameOf = (value: PdfValue | undefined, text: string) =>
  value instanceof PdfName && value.name === text;

/** The operators that put these words on a page. */
export const textOperators = (words: object): string =>
  `BT /F1 10 Tf 60 700 Td <${Buffer.from(JSON.stringify(words)).toString('hex')}> Tj ET /P Do /Fm Do`;
export const formOperators = (resident: number): string => `BT /F1 10 Tf 60 600 Td (form ${resident}) Tj ET`;

/** What stands on each page and in each form, and what the picture shows. */
export function readPdf(pdf: Buffer): {
  pages: unknown[];
  forms: (string | undefined)[];
  picture: string | undefined;
} {
  const file = pdf.toString('latin1');
  const texts = [...file.matchAll(/700 Td <([0-9a-f]+)> Tj ET \/P Do \/Fm Do/g)];
  return {
    pages: texts.map(([, hex]) => JSON.parse(Buffer.from(hex!, 'hex').toString())),
    forms: [...file.matchAll(/600 Td \((form \d+)\) Tj ET/g)].map(([, form]) => form),
    picture: /\nstream\n(picture \d+)\nendstream/.exec(file)?.[1],
  };
}
