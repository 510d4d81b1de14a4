// Fakes of the hub's services: tokens, documents and keys. A test can make each part wrong.
import { createHash, randomBytes } from 'node:crypto';
import PDFDocument from 'pdfkit';
import { contextOf } from '../../../agent/protocol/context.ts';
import { newKeyPair, thumbprint } from '../../../agent/protocol/cose-key.ts';
import { sign1 } from '../../../agent/protocol/cose-sign1.ts';
import { type Manifest, sealDocument } from '../../../agent/protocol/document.ts';
import type { KeySet } from '../../../agent/protocol/key-set.ts';
import type { Order } from '../../../agent/protocol/order-choice.ts';
import { type PageStamp, writePageStamp } from '../../../agent/protocol/page-stamp.ts';
import { openAuthentication } from '../../../agent/protocol/sealed-request.ts';
import { readAuthenticationStatement } from '../../../agent/protocol/statement.ts';
import type { SubjectToken } from '../../../agent/protocol/subject-token.ts';

export const terminal = 'test-0001';
export const order: Order = {
  municipality: '132047',
  kind: 'residentRecord',
  options: { scope: 'household', relation: 'shown' },
  copies: 2,
  feeYen: 400,
  media: 'iso_a4_210x297mm',
  sides: 'one-sided',
};

/** A municipality that is not ordered from. */
export const otherCity = '011002';

export const keys = {
  hub: newKeyPair(),
  configuration: newKeyPair(),
  cardAuthentication: newKeyPair(),
  cardAuthenticationSeal: newKeyPair(),
  /** The issuing service of the ordered municipality, and of another one. */
  issuing: newKeyPair(),
  issuingSeal: newKeyPair(),
  otherIssuing: newKeyPair(),
  otherIssuingSeal: newKeyPair(),
};
export const keySet: KeySet = {
  version: 1,
  generation: 1,
  keys: {
    hub: keys.hub.coseKey,
    configuration: keys.configuration.coseKey,
    cardAuthentication: keys.cardAuthentication.coseKey,
    cardAuthenticationSeal: keys.cardAuthenticationSeal.coseKey,
    issuing: { '132047': keys.issuing.coseKey, [otherCity]: keys.otherIssuing.coseKey },
    issuingSeal: { '132047': keys.issuingSeal.coseKey, [otherCity]: keys.otherIssuingSeal.coseKey },
  },
};

/** Signs the manifests of the ordered municipality; `other`: of the other one. */
export const issuingKeyOf = ({ municipality }: Order, { other = false } = {}) =>
  (municipality === otherCity) === other ? keys.issuing : keys.otherIssuing;

export const sha256 = (bytes: Buffer): Buffer => createHash('sha256').update(bytes).digest();
export const certificate = Buffer.from('not a certificate, and the gate need not know');

/** What the services learn from the gate's first request. */
export interface Asked {
  transaction: Buffer;
  gateKey: Manifest['gateKeyThumbprint'];
  gateNonce: Buffer;
  key: Parameters<typeof sealDocument>[2];
  subject: Buffer;
}

export function readFirst(sealed: Buffer, transaction: Buffer): Asked {
  const request = openAuthentication(sealed, transaction, keys.cardAuthenticationSeal);
  const { gateKey, gateNonce } = readAuthenticationStatement(request.statement);
  return { transaction, gateKey: thumbprint(gateKey), gateNonce, key: gateKey, subject: randomBytes(16) };
}

/** Content of the card authentication service's token. */
export const tokenBody = (asked: Asked, change: Partial<SubjectToken> = {}): SubjectToken => ({
  transaction: asked.transaction,
  terminal,
  certificateDigest: sha256(certificate),
  gateKeyThumbprint: asked.gateKey,
  subject: asked.subject,
  ...change,
});

/** Signed for this transaction, with any content. */
export const tokenFor = (
  asked: Asked,
  change: Partial<SubjectToken> = {},
  by = keys.cardAuthentication,
): Buffer => sign1(tokenBody(asked, change), by, contextOf.subject(asked.transaction));

export interface PdfWish {
  pages?: number;
  /** What the stamp of page n (1 and up) has else, or no stamp at all, or how many. */
  stamp?: (page: number) => Partial<PageStamp>;
  stamps?: number;
  /** A page without stamp. */
  unstamped?: number;
  /** False: content streams as they are, which the gate reads without room for a packed one's 8 MiB. */
  packed?: boolean;
  also?: (pdf: PDFKit.PDFDocument) => void;
}

/** A PDF as pdfkit writes it. */
export async function makePdf(asked: Asked, wish: PdfWish = {}): Promise<Buffer> {
  const { pages = 2, stamp = () => ({}), stamps = 1, packed = true } = wish;
  const pdf = new PDFDocument({ autoFirstPage: false, size: 'A4', compress: packed });
  for (let page = 1; page <= pages; page++) {
    pdf.addPage();
    const body = { transaction: asked.transaction, subject: asked.subject, page, pages, ...stamp(page) };
    for (let i = 0; i < stamps && page !== wish.unstamped; i++) pdf.addContent(writePageStamp(body));
    pdf.text(`Page ${page} of ${pages}`);
  }
  wish.also?.(pdf);
  pdf.end();
  const chunks: Buffer[] = [];
  for await (const chunk of pdf) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

/** The manifest that fits `pdf`. */
export function manifestFor(asked: Asked, pdf: Buffer, pages = 2): Manifest {
  return {
    transaction: asked.transaction,
    terminal,
    gateNonce: asked.gateNonce,
    gateKeyThumbprint: asked.gateKey,
    subject: asked.subject,
    order,
    pages,
    pdfDigest: sha256(pdf),
  };
}

/** Signed for this transaction, with any content, and sealed to its gate. */
export function seal(asked: Asked, manifest: Manifest, pdf: Buffer, by = keys.issuing): Buffer {
  const signed = sign1(manifest, by, contextOf.manifest(asked.transaction));
  return sealDocument({ manifest: signed, pdf }, asked.transaction, asked.key);
}
