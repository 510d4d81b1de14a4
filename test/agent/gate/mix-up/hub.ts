// The hub's two services, right in every step, unless a mix-up takes a step over.
import { contextOf } from '../../../../agent/protocol/context.ts';
import type { KeyPair } from '../../../../agent/protocol/cose-key.ts';
import { sign1 } from '../../../../agent/protocol/cose-sign1.ts';
import { type DocumentBody, type Manifest, sealDocument } from '../../../../agent/protocol/document.ts';
import type { Order } from '../../../../agent/protocol/order-choice.ts';
import { type PageStamp, writePageStamp } from '../../../../agent/protocol/page-stamp.ts';
import type { SubjectToken } from '../../../../agent/protocol/subject-token.ts';
import { producers } from '../producers/producers.ts';
import { type Asked, issuingKeyOf, keys, sha256 } from '../services.ts';
import { formOperators, textOperators, writeOnto, writePdf } from './pdf.ts';
import { memberOf, presentVersion, pseudonym, type Resident, type Words } from './town.ts';

/** One session, as it truly is. */
export interface Case {
  asked: Asked;
  terminal: string;
  resident: Resident;
  /** What the card signed. */
  order: Order;
}

/** What the card authentication service says, and with which key. */
export interface Testimony {
  subjectOf: Resident;
  /** What else the token says otherwise. */
  token: Partial<SubjectToken>;
  by: KeyPair;
}

/** What the issuing service takes for its session: whose record it renders, under whose pseudonym, and how. */
export interface Rendering {
  record: Resident;
  pseudonymOf: Resident;
  version: number;
  picture: Resident;
  order: Order;
  /** What it draws, where that is not what its manifest says. */
  drawn?: Order;
}

export interface Page {
  stamp?: PageStamp | undefined;
  words: Words;
  /** Drawn on the page: whose it is, and its own stamp. */
  form: { resident: number; stamp?: PageStamp };
}

/** All that the services made for one session. */
export interface Issue extends Case {
  number: number;
  token: Buffer;
  subjectOf: Resident;
  rendering: Rendering;
  pages: readonly Page[];
  body: DocumentBody;
  sealed: Buffer;
}

/** Where a mix-up may take over; `other` is the issue of another session, in which nothing was mixed up. */
export interface Steps {
  testimony(testimony: Testimony, other: Issue): Partial<Testimony>;
  token(token: Buffer, other: Issue): Buffer;
  rendering(rendering: Rendering, other: Issue): Partial<Rendering>;
  pages(pages: Page[], other: Issue): Page[];
  manifest(manifest: Manifest, other: Issue): Partial<Manifest>;
  /** What is in the file in place of what was signed. */
  pagesAfter(pages: Page[], other: Issue): Page[];
  pictureAfter(picture: Resident, other: Issue): Resident;
  signer(order: Order): KeyPair;
  body(body: DocumentBody, other: Issue): DocumentBody;
  sealedTo(asked: Asked, other: Issue): Asked;
  sealed(sealed: Buffer, other: Issue): Buffer;
}

/** One thing that goes wrong in a session. */
export interface Confusion {
  steps: Partial<Steps>;
  other: Issue;
}

/** ICカード認証: whose card it is, in this transaction. */
export function makeToken(here: Case, confusions: readonly Confusion[]): Pick<Issue, 'token' | 'subjectOf'> {
  const { asked, terminal, resident } = here;
  const testimony: Testimony = { subjectOf: resident, token: {}, by: keys.cardAuthentication };
  for (const { steps, other } of confusions) Object.assign(testimony, steps.testimony?.(testimony, other));
  const { subjectOf, by } = testimony;
  const said: SubjectToken = {
    transaction: asked.transaction,
    terminal,
    certificateDigest: sha256(resident.certificate),
    gateKeyThumbprint: asked.gateKey,
    subject: pseudonym(subjectOf, asked.transaction),
    ...testimony.token,
  };
  let token = sign1(said, by, contextOf.subject(asked.transaction));
  for (const { steps, other } of confusions) token = steps.token?.(token, other) ?? token;
  return { token, subjectOf };
}

/** 証明書発行サーバ: renders, signs and seals. */
export function issue(
  here: Case,
  said: ReturnType<typeof makeToken>,
  number: number,
  confusions: readonly Confusion[],
): Issue {
  const { asked, resident } = here;
  const rendering: Rendering = {
    record: resident,
    pseudonymOf: resident,
    picture: resident,
    version: presentVersion,
    order: here.order,
  };
  for (const { steps, other } of confusions) Object.assign(rendering, steps.rendering?.(rendering, other));
  let pages = render(asked, rendering, number);
  for (const { steps, other } of confusions) pages = steps.pages?.(pages, other) ?? pages;
  const signed = filed(number, pages, rendering.picture);
  const manifest = manifestOf(here, rendering, pages, signed);
  let [pagesAfter, pictureAfter] = [pages, rendering.picture];
  for (const { steps, other } of confusions) {
    pagesAfter = steps.pagesAfter?.(pagesAfter, other) ?? pagesAfter;
    pictureAfter = steps.pictureAfter?.(pictureAfter, other) ?? pictureAfter;
  }
  const isOther = pagesAfter !== pages || pictureAfter !== rendering.picture;
  const pdf = isOther ? filed(number, pagesAfter, pictureAfter) : signed;
  let by = issuingKeyOf(here.order);
  for (const { steps, other } of confusions) {
    Object.assign(manifest, steps.manifest?.(manifest, other));
    by = steps.signer?.(here.order) ?? by;
  }
  let body: DocumentBody = { manifest: sign1(manifest, by, contextOf.manifest(asked.transaction)), pdf };
  let to = asked;
  for (const { steps, other } of confusions) {
    body = steps.body?.(body, other) ?? body;
    to = steps.sealedTo?.(to, other) ?? to;
  }
  let sealed = sealDocument(body, to.transaction, to.key);
  for (const { steps, other } of confusions) sealed = steps.sealed?.(sealed, other) ?? sealed;
  return { ...here, ...said, number, rendering, pages, body, sealed };
}

const stamped = (stamp: PageStamp | undefined): string => (stamp ? writePageStamp(stamp) : '');

/** One of four certificates is by a producer, each of them in turn. */
function filed(number: number, pages: readonly Page[], { id }: Resident): Buffer {
  const contents = pages.map(({ stamp, words, form }) => ({
    content: `${stamped(stamp)} ${textOperators(words)}`,
    form: `${stamped(form.stamp)} ${formOperators(form.resident)}`,
  }));
  const picture = `picture ${id}`;
  const producer = number % 4 === 0 ? producers[(number / 4) % producers.length] : undefined;
  return producer ? writeOnto(producer.name, contents, picture) : writePdf(contents, picture);
}

function render(
  asked: Asked,
  { record, pseudonymOf, version, order, drawn }: Rendering,
  number: number,
): Page[] {
  const transaction = asked.transaction;
  const subject = pseudonym(pseudonymOf, transaction);
  const shown = drawn ?? order;
  const stampOf = (i: number) => ({ transaction, subject, page: i + 1, pages: record.pages });
  return Array.from({ length: record.pages }, (_, i) => ({
    stamp: stampOf(i),
    form: { resident: record.id, stamp: stampOf(i) },
    words: {
      issue: number,
      transaction: transaction.toString('hex'),
      resident: record.id,
      version,
      member: memberOf(shown),
      order: shown,
      page: i + 1,
      pages: record.pages,
    },
  }));
}

function manifestOf(here: Case, rendering: Rendering, pages: readonly Page[], pdf: Buffer): Manifest {
  const { asked, terminal } = here;
  return {
    transaction: asked.transaction,
    terminal,
    gateNonce: asked.gateNonce,
    gateKeyThumbprint: asked.gateKey,
    subject: pseudonym(rendering.pseudonymOf, asked.transaction),
    order: rendering.order,
    pages: pages.length,
    pdfDigest: sha256(pdf),
  };
}
