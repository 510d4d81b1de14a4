// What the gate takes: token, document, manifest and stamps, with each field changed and rightly signed again.
import { randomBytes } from 'node:crypto';
import { test } from 'uvu';
import type { Value } from '../../../agent/protocol/cbor.ts';
import { contextOf } from '../../../agent/protocol/context.ts';
import { sign1 } from '../../../agent/protocol/cose-sign1.ts';
import { type Manifest, sealDocument } from '../../../agent/protocol/document.ts';
import type { SubjectToken } from '../../../agent/protocol/subject-token.ts';
import { ordered, put, type Rig, rig } from '../../agent/gate/gate-rig.ts';
import {
  type Asked,
  keys,
  makePdf,
  manifestFor,
  order,
  terminal,
  tokenBody,
} from '../../agent/gate/services.ts';
import { bind, free } from './fields.ts';

/** Of a body with made-up values, the fields that were changed: they are put into the right body of a transaction. */
const changedIn = <B extends object>(body: B, changed: B): Partial<B> =>
  Object.fromEntries(
    Object.entries(changed).filter(([name, value]) => value !== body[name as keyof B]),
  ) as Partial<B>;

const token: SubjectToken = {
  transaction: randomBytes(16),
  terminal,
  certificateDigest: randomBytes(32),
  gateKeyThumbprint: randomBytes(32),
  subject: randomBytes(16),
};
bind({
  name: 'subject token',
  of: 'subject',
  body: token,
  take: body =>
    ordered(rig(), asked =>
      sign1(
        { ...tokenBody(asked), ...changedIn(token, body) },
        keys.cardAuthentication,
        contextOf.subject(asked.transaction),
      ),
    ),
  fields: {
    transaction: 'gate/tokenTransaction',
    terminal: 'gate/tokenTerminal',
    certificateDigest: 'gate/tokenCertificate',
    gateKeyThumbprint: 'gate/tokenKey',
    subject: free('a pseudonym says nothing by itself: the manifest and every stamp must have the same'),
  },
});

/** Gives the gate the document of a visit; `change` makes its two parts. */
async function documented(
  make: (asked: Asked) => Promise<Buffer>,
  change: (right: { manifest: Manifest; pdf: Buffer }) => { manifest: Manifest; pdf: Buffer } = right =>
    right,
  bend: (signed: Buffer) => Buffer = signed => signed,
): Promise<Rig> {
  const b = rig();
  const asked = await ordered(b);
  const right = await make(asked);
  const { manifest, pdf } = change({ manifest: manifestFor(asked, right), pdf: right });
  const signed = bend(sign1(manifest as Value, keys.issuing, contextOf.manifest(asked.transaction)));
  await put(b, sealDocument({ manifest: signed, pdf }, asked.transaction, asked.key));
  await b.call('check', { transaction: b.transaction });
  return b;
}

const plainPdf = (asked: Asked) => makePdf(asked, { packed: false });

const manifest: Manifest = {
  transaction: randomBytes(16),
  terminal,
  gateNonce: randomBytes(32),
  gateKeyThumbprint: randomBytes(32),
  subject: randomBytes(16),
  order,
  pages: 2,
  pdfDigest: randomBytes(32),
};
bind({
  name: 'manifest',
  of: 'manifest',
  body: manifest,
  take: body =>
    documented(plainPdf, ({ manifest: right, pdf }) => {
      const { pages: _, ...changed } = changedIn(manifest, body);
      const pages = body.pages === 2 ? {} : { pages: body.pages };
      return { manifest: { ...right, ...changed, ...pages }, pdf };
    }),
  other: {
    'order.municipality': '131130',
    'order.media': 'iso_a5_148x210mm',
    'order.sides': 'two-sided-long-edge',
  },
  fields: {
    transaction: 'gate/manifestTransaction',
    terminal: 'gate/manifestTerminal',
    gateNonce: 'gate/manifestNonce',
    gateKeyThumbprint: 'gate/manifestKey',
    subject: 'gate/manifestSubject',
    'order.municipality': 'gate/orderMunicipality',
    'order.kind': 'gate/orderKind',
    'order.options.scope': 'gate/orderOptions',
    'order.options.relation': 'gate/orderOptions',
    'order.copies': 'gate/orderCopies',
    'order.feeYen': 'gate/orderFee',
    'order.media': 'gate/orderMedia',
    'order.sides': 'gate/orderSides',
    pages: 'gate/pageCount',
    pdfDigest: 'gate/pdfDigest',
  },
});

bind({
  name: 'document',
  of: 'document',
  body: { manifest: Buffer.alloc(1), pdf: Buffer.alloc(1) },
  take: body =>
    documented(
      plainPdf,
      ({ manifest: right, pdf }) => ({
        manifest: right,
        pdf: body.pdf[0] === 0 ? pdf : Buffer.from(pdf.map((byte, at) => (at === 12 ? byte ^ 1 : byte))), // in a comment
      }),
      signed =>
        body.manifest[0] === 0
          ? signed
          : Buffer.from(signed.map((byte, at) => (at === 90 ? byte ^ 1 : byte))),
    ),
  fields: { manifest: 'gate/manifestSignature', pdf: 'gate/pdfDigest' },
});

const stamp = { transaction: randomBytes(16), subject: randomBytes(16), page: 2, pages: 2 };
bind({
  name: 'page stamp',
  of: 'stamp',
  body: stamp,
  take: body =>
    documented(asked =>
      makePdf(asked, { packed: false, stamp: page => (page === 2 ? changedIn(stamp, body) : {}) }),
    ),
  fields: {
    transaction: 'gate/stampTransaction',
    subject: 'gate/stampSubject',
    page: 'gate/stampOrder',
    pages: 'gate/stampOrder',
  },
});

test.run();
