// Plain A4 PDFs for the page printer's tests.
import PDFDocument from 'pdfkit';

/** An A4 PDF with `pages` numbered pages. */
export async function makePdf(pages: number): Promise<Buffer> {
  const document = new PDFDocument({ size: 'A4', autoFirstPage: false });
  const chunks: Buffer[] = [];
  document.on('data', chunk => chunks.push(chunk));
  const ended = new Promise(resolve => document.on('end', resolve));
  for (let page = 1; page <= pages; page++) document.addPage().text(`Page ${page} of ${pages}`);
  document.end();
  await ended;
  return Buffer.concat(chunks);
}
