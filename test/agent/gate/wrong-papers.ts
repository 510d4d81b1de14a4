// For each check of the gate (agent/gate/transaction/checks.ts) a token or document that this check alone can refuse.
import { randomBytes } from 'node:crypto';
import type { Manifest } from '../../../agent/protocol/document.ts';
import type { SubjectToken } from '../../../agent/protocol/subject-token.ts';
import { order, type PdfWish } from './services.ts';

/** code: what is wrong with the token. */
export const wrongTokens: Record<string, Partial<SubjectToken>> = {
  'gate/tokenTransaction': { transaction: randomBytes(16) },
  'gate/tokenTerminal': { terminal: 'test-0002' },
  'gate/tokenCertificate': { certificateDigest: randomBytes(32) },
  'gate/tokenKey': { gateKeyThumbprint: randomBytes(32) },
};

export interface Wrong {
  manifest?: (right: Manifest) => Partial<Manifest>;
  pdf?: PdfWish;
}

const otherOrder = (change: Partial<Manifest['order']>): Wrong => ({
  manifest: () => ({ order: { ...order, ...change } }),
});

/** code: what is wrong with the document. */
export const wrongDocuments: Record<string, Wrong> = {
  'gate/manifestTransaction': { manifest: () => ({ transaction: randomBytes(16) }) },
  'gate/manifestTerminal': { manifest: () => ({ terminal: 'test-0002' }) },
  'gate/manifestNonce': { manifest: () => ({ gateNonce: randomBytes(32) }) },
  'gate/manifestKey': { manifest: () => ({ gateKeyThumbprint: randomBytes(32) }) },
  'gate/manifestSubject': { manifest: () => ({ subject: randomBytes(16) }) },
  'gate/orderMunicipality': otherOrder({ municipality: '011002' }),
  'gate/orderKind': otherOrder({ kind: 'sealRegistration' }),
  'gate/orderOptions': otherOrder({ options: { scope: 'household', relation: 'hidden' } }),
  'gate/orderCopies': otherOrder({ copies: 1 }),
  'gate/orderFee': otherOrder({ feeYen: 200 }),
  'gate/orderMedia': otherOrder({ media: 'iso_a5_148x210mm' }),
  'gate/orderSides': otherOrder({ sides: 'two-sided-long-edge' }),
  'gate/pdfDigest': { manifest: () => ({ pdfDigest: randomBytes(32) }) },
  'gate/pageCount': { manifest: ({ pages }) => ({ pages: pages + 1 }) },
  'gate/pageDigests': { manifest: right => ({ pageDigests: [right.pageDigests[0]!, randomBytes(32)] }) },
  'gate/stampMissing': { pdf: { stamps: 0 } },
  'gate/stampTransaction': { pdf: { stamp: page => (page === 2 ? { transaction: randomBytes(16) } : {}) } },
  'gate/stampSubject': { pdf: { stamp: page => (page === 2 ? { subject: randomBytes(16) } : {}) } },
  'gate/stampOrder': { pdf: { stamp: page => ({ page: 3 - page }) } },
};
