// The table of what must agree before anything is printed: one row for each thing that can differ.
// Rows are data, so that a test can remove one and show that this row alone caught the difference.
import { createHash } from 'node:crypto';
import { encode } from '../../protocol/cbor.ts';
import type { Manifest } from '../../protocol/document.ts';
import type { Order } from '../../protocol/order-choice.ts';
import type { SubjectToken } from '../../protocol/subject-token.ts';
import { type GateCode, GateRefusal } from '../gate-refusal.ts';
import type { PdfPage } from '../pdf/pages.ts';

/** One row. `holds` is false where the thing differs; then the refusal has this code. */
export interface Check<Context> {
  code: GateCode;
  holds(context: Context): boolean;
}

/** What the gate itself knows about its transaction. */
export interface OwnFacts {
  transaction: Buffer;
  terminal: string;
  nonce: Buffer;
  keyThumbprint: Buffer;
}

export interface TokenContext {
  own: OwnFacts;
  /** DER of the certificate that the card gave. */
  certificate: Buffer;
  /** Its signature by the card authentication service is verified. */
  token: SubjectToken;
}

/** What a signed manifest and a file are compared with, before anything of the file is read. */
export interface ManifestContext {
  own: OwnFacts;
  /** The order that the card signed, and the token that was accepted with it. */
  order: Order;
  token: SubjectToken;
  /** Its signature by the issuing service is verified. */
  manifest: Manifest;
  pdf: Buffer;
}

/** What the pages of the file are compared with. */
export interface PagesContext {
  transaction: Buffer;
  subject: Buffer;
  /** As many pages as were signed. */
  signedPages: number;
  pages: readonly PdfPage[];
}

const sha256 = (bytes: Buffer): Buffer => createHash('sha256').update(bytes).digest();

/** Checks of the command `order`: whose card, in which transaction, at which terminal, for which key. */
export const tokenChecks: readonly Check<TokenContext>[] = [
  { code: 'gate/tokenTransaction', holds: c => c.token.transaction.equals(c.own.transaction) },
  { code: 'gate/tokenTerminal', holds: c => c.token.terminal === c.own.terminal },
  { code: 'gate/tokenCertificate', holds: c => c.token.certificateDigest.equals(sha256(c.certificate)) },
  { code: 'gate/tokenKey', holds: c => c.token.gateKeyThumbprint.equals(c.own.keyThumbprint) },
];

/** Checks of the command `check`: the manifest against this transaction, order and person, and the file against its digest. */
export const manifestChecks: readonly Check<ManifestContext>[] = [
  { code: 'gate/manifestTransaction', holds: c => c.manifest.transaction.equals(c.own.transaction) },
  { code: 'gate/manifestTerminal', holds: c => c.manifest.terminal === c.own.terminal },
  { code: 'gate/manifestNonce', holds: c => c.manifest.gateNonce.equals(c.own.nonce) },
  { code: 'gate/manifestKey', holds: c => c.manifest.gateKeyThumbprint.equals(c.own.keyThumbprint) },
  { code: 'gate/manifestSubject', holds: c => c.manifest.subject.equals(c.token.subject) },
  { code: 'gate/orderMunicipality', holds: c => c.manifest.order.municipality === c.order.municipality },
  { code: 'gate/orderKind', holds: c => c.manifest.order.kind === c.order.kind },
  {
    // deterministic encoding: equal bytes are equal options, whatever the order of their names
    code: 'gate/orderOptions',
    holds: c => encode(c.manifest.order.options).equals(encode(c.order.options)),
  },
  { code: 'gate/orderCopies', holds: c => c.manifest.order.copies === c.order.copies },
  { code: 'gate/orderFee', holds: c => c.manifest.order.feeYen === c.order.feeYen },
  { code: 'gate/orderMedia', holds: c => c.manifest.order.media === c.order.media },
  { code: 'gate/orderSides', holds: c => c.manifest.order.sides === c.order.sides },
  { code: 'gate/pdfDigest', holds: c => c.manifest.pdfDigest.equals(sha256(c.pdf)) },
];

/**
 * Checks of the same command: each page was rendered for this transaction and this person, and is in its place. A page draws forms,
 * patterns, masks and glyphs beside its own content: whatever of these has a stamp must say the same.
 */
export const pageChecks: readonly Check<PagesContext>[] = [
  { code: 'gate/pageCount', holds: c => c.signedPages === c.pages.length },
  { code: 'gate/stampMissing', holds: c => c.pages.every(page => page.own.length > 0) },
  {
    code: 'gate/stampTransaction',
    holds: c => c.pages.every(page => page.stamps.every(stamp => stamp.transaction.equals(c.transaction))),
  },
  {
    code: 'gate/stampSubject',
    holds: c => c.pages.every(page => page.stamps.every(stamp => stamp.subject.equals(c.subject))),
  },
  {
    code: 'gate/stampOrder',
    holds: c =>
      c.pages.every((page, i) =>
        page.stamps.every(stamp => stamp.page === i + 1 && stamp.pages === c.pages.length),
      ),
  },
];

/** Throws a GateRefusal with the code of the first row that does not hold. */
export function runChecks<Context>(checks: readonly Check<Context>[], context: Context): void {
  const failed = checks.find(check => !check.holds(context));
  if (failed) throw new GateRefusal(failed.code);
}
