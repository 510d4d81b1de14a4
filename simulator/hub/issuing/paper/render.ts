// Makes the PDF of one certificate. Each page is stamped with the transaction and the subject while it is drawn.
import { createHash } from 'node:crypto';
import PDFDocument from 'pdfkit';
import { writePageStamp } from '../../../../agent/protocol/page-stamp.ts';
import type { CertificateFont } from './certificate-font.ts';
import { bodyTop, drawFrame } from './frame.ts';
import type { Paper, Subject } from './paper.ts';
import { a4, Sheet } from './sheet.ts';

export interface RenderOptions {
  paper: Pick<Paper, 'title' | 'statement'>;
  subject: Pick<Subject, 'municipality' | 'today' | 'wall'>;
  transaction: Buffer;
  /** `stamp`: the pseudonym, in this transaction, of the resident whose record the page shows. */
  pages: readonly { body: Paper['bodies'][number]; stamp: Buffer }[];
  font: CertificateFont;
}

export interface Rendered {
  pdf: Buffer;
  /** SHA-256 of the file, taken when it was closed: whoever signs compares it with the file at hand. */
  pdfDigest: Buffer;
  pages: number;
}

/** The file's metadata names the kind of certificate and no person. Errors: Refusal issuing/glyph. */
export async function render({
  paper,
  subject,
  transaction,
  font,
  ...drawn
}: RenderOptions): Promise<Rendered> {
  const document = new PDFDocument({
    autoFirstPage: false,
    size: [a4.width, a4.height],
    margin: 0,
    info: {
      Title: paper.title,
      Producer: 'Madoguchi virtual hub',
      Creator: '',
      CreationDate: new Date(subject.wall),
    },
  });
  const chunks: Buffer[] = [];
  const ended = new Promise<void>((resolve, reject) => {
    document.on('data', (chunk: Buffer) => chunks.push(chunk));
    document.once('end', resolve).once('error', reject);
  });
  document.registerFont('certificate', font.bytes as unknown as string);
  const sheet = new Sheet(document, font);
  const pages = drawn.pages.length;
  for (const [index, { body, stamp }] of drawn.pages.entries()) {
    document.addPage();
    document.addContent(writePageStamp({ transaction, subject: stamp, page: index + 1, pages }));
    document.font('certificate');
    drawFrame(sheet, { paper, ...subject, transaction, page: index + 1, pages });
    body(sheet, bodyTop);
  }
  document.end();
  await ended;
  const pdf = Buffer.concat(chunks);
  return { pdf, pdfDigest: createHash('sha256').update(pdf).digest(), pages };
}
