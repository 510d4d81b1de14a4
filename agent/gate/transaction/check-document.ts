// Opens the document and compares it with everything that the gate knows. Only this decides what may be printed.

import { createHash } from 'node:crypto';
import { openDocument, readManifest } from '../../protocol/document.ts';
import type { KeySet } from '../../protocol/key-set.ts';
import { refusing } from '../gate-refusal.ts';
import { keyOfMunicipality } from '../keys/key-of-municipality.ts';
import { readPdfPages } from '../pdf/pages.ts';
import type { HeldDocument } from '../print/print-run.ts';
import {
  type Check,
  type ManifestContext,
  manifestChecks,
  type PagesContext,
  pageChecks,
  runChecks,
} from './checks.ts';
import type { Transaction } from './transaction.ts';

/** The tables that are compared; a test takes rows away. */
export interface DocumentChecks {
  manifest: readonly Check<ManifestContext>[];
  pages: readonly Check<PagesContext>[];
}

/**
 * The document of `transaction`, opened and checked. Nothing of the PDF is parsed before it is the file that was signed. Errors:
 * gate/documentIncomplete, gate/documentSealed, gate/manifestSignature, gate/pdfProfile, and the codes of `checks`.
 */
export function checkDocument(
  transaction: Transaction,
  terminal: string,
  keySet: KeySet,
  checks: DocumentChecks = { manifest: manifestChecks, pages: pageChecks },
): HeldDocument {
  const { id, key, nonce } = transaction;
  const order = transaction.need('order');
  const token = transaction.need('token');
  const issuing = keyOfMunicipality(keySet.keys.issuing, order);
  const sealed = transaction.intake.whole();
  const { manifest: signed, pdf } = refusing('gate/documentSealed', () => openDocument(sealed, id, key));
  try {
    const manifest = refusing('gate/manifestSignature', () => readManifest(signed, id, issuing));
    const own = { transaction: id, terminal, nonce, keyThumbprint: key.thumbprint };
    runChecks(checks.manifest, { own, order, token, manifest, pdf });
    const pages = readPdfPages(pdf);
    runChecks(checks.pages, { transaction: id, subject: token.subject, signedPages: manifest.pages, pages });
    const manifestDigest = createHash('sha256').update(signed).digest();
    return { manifest, manifestDigest, pdf };
  } catch (error) {
    pdf.fill(0);
    throw error;
  } finally {
    signed.fill(0);
  }
}
