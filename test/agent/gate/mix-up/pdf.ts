// Makes small PDFs fast, and reads them as a person reads paper: by what is visible on the page only.

/** Puts pages of text, each with the same picture, into a PDF as a certificate's is (docs/contract/documents.md). */
export function writePdf(contents: readonly string[], picture: string): Buffer {
  const objects = [
    '<</Type /Catalog /Pages 2 0 R>>',
    `<</Type /Pages /Kids [${contents.map((_, i) => `${5 + 2 * i} 0 R`).join(' ')}] /Count ${contents.length}>>`,
    '<</Type /Font /Subtype /Type1 /BaseFont /Helvetica>>',
    stream(picture, `/Type /XObject /Subtype /Image /Width ${picture.length} /Height 1 ${gray}`),
  ];
  for (const content of contents)
    objects.push(
      `<</Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources ${resources} ` +
        `/Contents ${objects.length + 2} 0 R>>`,
      stream(content),
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
const resources = '<</Font <</F1 3 0 R>> /XObject <</P 4 0 R>>>>';
const stream = (content: string, entries = '') =>
  `<<${entries} /Length ${content.length}>>\nstream\n${content}\nendstream`;

/** The operators that put these words on a page. */
export const textOperators = (words: object): string =>
  `BT /F1 10 Tf 60 700 Td <${Buffer.from(JSON.stringify(words)).toString('hex')}> Tj ET /P Do`;

/** What stands on each page, and what its picture shows. */
export function readPdf(pdf: Buffer): { pages: unknown[]; picture: string | undefined } {
  const file = pdf.toString('latin1');
  const texts = [...file.matchAll(/<([0-9a-f]+)> Tj/g)];
  return {
    pages: texts.map(([, hex]) => JSON.parse(Buffer.from(hex!, 'hex').toString())),
    picture: /\/Image .*\nstream\n(.*)\nendstream/.exec(file)?.[1],
  };
}
