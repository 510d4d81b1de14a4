// Visits in which a service of the hub has gone wrong, and gives a token or a document that must not become paper.
import { randomBytes } from 'node:crypto';
import { decode, encode, Tag } from '../../../../agent/protocol/cbor.ts';
import { contextOf } from '../../../../agent/protocol/context.ts';
import { type KeyPair, newKeyPair } from '../../../../agent/protocol/cose-key.ts';
import { sign1 } from '../../../../agent/protocol/cose-sign1.ts';
import { type Manifest, sealDocument } from '../../../../agent/protocol/document.ts';
import { writePageStamp } from '../../../../agent/protocol/page-stamp.ts';
import { stampPdf } from '../../../../conformance/stamp/stamp-pdf.ts';
import { ordered, put, type Rig } from '../gate-rig.ts';
import { type Producer, producers } from '../producers/producers.ts';
import { readSample } from '../producers/samples.ts';
import {
  type Asked,
  keys,
  makePdf,
  manifestFor,
  type PdfWish,
  seal,
  tokenBody,
  tokenFor,
} from '../services.ts';
import { type Wrong, wrongDocuments, wrongTokens } from '../wrong-papers.ts';
import type { Visit } from './terminal.ts';

/** The agent's part once the sealed document has come: to the paper's end, or to the first refusal. */
export async function printOf(gate: Rig, sealed: Buffer): Promise<void> {
  const { transaction } = gate;
  await put(gate, sealed);
  await gate.call('check', { transaction });
  await gate.call('createJob', { transaction });
  await gate.call('print', { transaction, timeoutMs: 20_000 });
}

/** Many documents are made here, and unpacked content needs much memory for a while. */
export const unpacked = { packed: false };

let turn = 0;
let chosen: Producer | undefined;

/** From now on all certificates are by this producer; undefined: by each in turn. */
export function madeBy(producer: Producer | undefined): void {
  chosen = producer;
}

/** A certificate of two pages by each producer in turn, and by pdfkit. */
async function anyPdf(asked: Asked, wish: PdfWish = {}): Promise<Buffer> {
  const producer = chosen ?? producers[turn++ % (producers.length + 1)];
  if (!producer || wish.also || wish.unstamped) return makePdf(asked, { ...unpacked, ...wish });
  const { transaction, subject } = asked;
  const stamps = [1, 2].map(page => ({ transaction, subject, page, pages: 2, ...wish.stamp?.(page) }));
  return wish.stamps === 0 ? readSample(producer.name) : stampPdf(readSample(producer.name), stamps);
}

/** A document as the issuing service makes it when all goes well. */
export async function goodDocument(asked: Asked): Promise<{ pdf: Buffer; sealed: Buffer }> {
  const pdf = await anyPdf(asked);
  return { pdf, sealed: seal(asked, manifestFor(asked, pdf), pdf) };
}

/** All goes well: two pages, two copies. */
export const goodVisit: Visit = async ({ gate, mayComeOut }) => {
  const { pdf, sealed } = await goodDocument(await ordered(gate));
  mayComeOut(pdf, 4);
  await printOf(gate, sealed);
};

const withToken =
  (token: (asked: Asked) => Buffer): Visit =>
  async ({ gate }) =>
    printOf(gate, (await goodDocument(await ordered(gate, token))).sealed);

const withSealed =
  (
    make: (asked: Asked, right: Manifest, pdf: Buffer) => Buffer,
    wish?: Wrong['pdf'],
    certificate: typeof makePdf = anyPdf,
  ): Visit =>
  async ({ gate }) => {
    const asked = await ordered(gate);
    const pdf = await certificate(asked, wish);
    await printOf(gate, make(asked, manifestFor(asked, pdf), pdf));
  };

/** The hub's document is wrong in one thing, and its manifest says what the issuing service signed. */
export const wrongDocument = (wrong: Wrong): Visit =>
  withSealed((asked, right, pdf) => seal(asked, { ...right, ...wrong.manifest?.(right) }, pdf), wrong.pdf);

/** A PDF that has more than a certificate may. */
export const wrongPdf =
  (also: NonNullable<PdfWish['also']>): Visit =>
  async ({ gate }) => {
    const asked = await ordered(gate);
    const pdf = await makePdf(asked, { ...unpacked, also });
    await printOf(gate, seal(asked, manifestFor(asked, pdf), pdf));
  };

/** What `make` makes of a producer's certificate is signed as it is. */
export const madeOf =
  (make: (asked: Asked) => Buffer): Visit =>
  async ({ gate }) => {
    const asked = await ordered(gate);
    const pdf = make(asked);
    await printOf(gate, seal(asked, manifestFor(asked, pdf), pdf));
  };

/** Draws a form of this content on the last page. */
export const drawsForm =
  (content: string): NonNullable<PdfWish['also']> =>
  doc => {
    const form = doc.ref({ Type: 'XObject', Subtype: 'Form', BBox: [0, 0, 9, 9] });
    form.end(content);
    (doc.page as unknown as { xobjects: Record<string, unknown> }).xobjects.F1 = form;
    doc.addContent('/F1 Do');
  };

/** The last page has no stamp, but what it draws has the right one: it may have been drawn on another resident's page. */
export const stampedInFormOnly: Visit = async ({ gate }) => {
  const asked = await ordered(gate);
  const { transaction, subject } = asked;
  const also = drawsForm(`${writePageStamp({ transaction, subject, page: 2, pages: 2 })} 0 0 9 9 re f`);
  const pdf = await makePdf(asked, { ...unpacked, unstamped: 2, also });
  await printOf(gate, seal(asked, manifestFor(asked, pdf), pdf));
};

/** For the row with this code, what it alone can refuse (../wrong-papers.ts). */
export const against = (code: string): Visit => {
  const change = wrongTokens[code];
  return change ? withToken(asked => tokenFor(asked, change)) : wrongDocument(wrongDocuments[code] ?? {});
};

/** An attacker's key; and the same under the id of the service's key. */
const stranger = newKeyPair();
const posingAs = (service: KeyPair): KeyPair => ({ ...stranger, thumbprint: service.thumbprint });

export const forgedToken = withToken(asked => tokenFor(asked, {}, posingAs(keys.cardAuthentication)));
export const strangersToken = withToken(asked => tokenFor(asked, {}, stranger));
/** The issuing service says by itself whose card it is. */
export const issuersToken = withToken(asked => tokenFor(asked, {}, keys.issuing));
export const forgedManifest = withSealed((asked, right, pdf) =>
  seal(asked, right, pdf, posingAs(keys.issuing)),
);
export const strangersManifest = withSealed((asked, right, pdf) => seal(asked, right, pdf, stranger));
/** The card authentication service makes a document by itself. */
export const authenticatorsManifest = withSealed((asked, right, pdf) =>
  seal(asked, right, pdf, keys.cardAuthentication),
);

/** The issuing service of another municipality makes a document by itself. */
export const anotherCitysManifest = withSealed((asked, right, pdf) =>
  seal(asked, right, pdf, keys.otherIssuing),
);

const elsewhere = randomBytes(16);

/** Signed for no transaction in particular, and made for another one. */
export const unboundToken = withToken(asked =>
  sign1(tokenBody(asked, { transaction: elsewhere }), keys.cardAuthentication, 'madoguchi/1 subject '),
);
export const unboundManifest = withSealed((asked, right, pdf) => {
  const manifest = sign1({ ...right, transaction: elsewhere }, keys.issuing, 'madoguchi/1 manifest ');
  return sealDocument({ manifest, pdf }, asked.transaction, asked.key);
});

/** For this gate's key, but for another transaction: so it is sealed, and so says its manifest. */
export const sealedElsewhere = withSealed((asked, right, pdf) => {
  const body = { ...right, transaction: elsewhere };
  const manifest = sign1(body, keys.issuing, contextOf.manifest(asked.transaction));
  return sealDocument({ manifest, pdf }, elsewhere, asked.key);
});

/** An attacker on the way flips a bit of the PDF, outside all pages' content. */
export const alteredOnTheWay = withSealed(
  (asked, right, pdf) => {
    const manifest = sign1(right, keys.issuing, contextOf.manifest(asked.transaction));
    const { value } = decode(sealDocument({ manifest, pdf }, asked.transaction, asked.key)) as {
      value: Buffer[];
    };
    const ciphertext = value[2]!;
    const at = encode({ manifest, pdf }).indexOf('PDFKit');
    ciphertext[at] = ciphertext[at]! ^ 1;
    return encode(new Tag(value, 96));
  },
  unpacked,
  makePdf,
);
