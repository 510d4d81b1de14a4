// Everything that the hub's services and the way to the gate can mix up. Each is one small change of one step.
import type { GateCode } from '../../../../agent/gate/gate-refusal.ts';
import type { Order } from '../../../../agent/protocol/order-choice.ts';
import { issuingKeyOf, keys, otherCity, order as usual } from '../services.ts';
import type { Page, Steps, Testimony } from './hub.ts';
import { memberOf, pseudonym } from './town.ts';

/** What the agent does otherwise, because answers come late, twice, or in pieces that are mixed up. */
export type Habit =
  | 'givesUp'
  | 'holdsBack'
  | 'opensAgain'
  | 'ordersTwice'
  | 'printsTwice'
  | 'putsTwice'
  | 'swapsPieces'
  | 'losesPiece'
  | 'repeatsPieces'
  | 'mixesPieces'
  | 'isRevoked'
  | 'shownOtherwise';

export interface MixUp {
  name: string;
  /** No terminal can see it (docs/threat-model.md, "What no terminal can see"): wrong paper comes out, and is counted. */
  unseen?: true;
  /** Nothing is wrong with it: the right paper comes out, once. */
  harmless?: true;
  /** With which the gate refuses it. Absent: the gate is never asked for paper, or has no reason to refuse. */
  codes?: readonly GateCode[];
  steps?: Partial<Steps>;
  habit?: Habit;
}

/** The order as the issuing service misunderstands it. */
const otherwise = (change: (order: Order) => Partial<Order>): Partial<Steps> => ({
  rendering: ({ order }) => ({ order: { ...order, ...change(order) } }),
});
const otherOf = (municipality: string) => (municipality === otherCity ? usual.municipality : otherCity);
const said = (testimony: Testimony, token: Testimony['token']): Partial<Testimony> => ({
  token: { ...testimony.token, ...token },
});
const flipped = (bytes: Buffer, at = bytes.length >> 1): Buffer => {
  const copy = Buffer.from(bytes);
  copy[at] = copy[at]! ^ 1;
  return copy;
};
const withForm = ([first, ...more]: readonly Page[], form: Page['form']): Page[] => [
  { ...first!, form },
  ...more,
];
const otherRelation = ({ options }: Order) => ({
  options: { ...options, relation: options.relation === 'shown' ? 'hidden' : 'shown' },
});
const nextMember = (order: Order, members: number) => ({
  options: { ...order.options, members: [(memberOf(order) + 1) % members] },
});

const token: MixUp[] = [
  { name: 'another session’s token', steps: { token: (_, other) => other.token } },
  {
    name: 'a token of another pseudonym',
    steps: { testimony: (_, other) => ({ subjectOf: other.resident }) },
  },
  {
    name: 'a token of another card',
    steps: { testimony: (t, other) => said(t, { certificateDigest: other.asked.gateNonce }) },
  },
  { name: 'a token for another terminal', steps: { testimony: t => said(t, { terminal: 'shop-9999' }) } },
  {
    name: 'a token for another gate’s key',
    steps: { testimony: (t, other) => said(t, { gateKeyThumbprint: other.asked.gateKey }) },
  },
  {
    name: 'a token for another transaction',
    steps: { testimony: (t, other) => said(t, { transaction: other.asked.transaction }) },
  },
  { name: 'a token of another service', steps: { testimony: () => ({ by: keys.issuing }) } },
  { name: 'a token with a turned bit', steps: { token: own => flipped(own) } },
];

const manifest: MixUp[] = [
  {
    name: 'a manifest for another transaction',
    steps: { manifest: (_, other) => ({ transaction: other.asked.transaction }) },
  },
  { name: 'a manifest for another terminal', steps: { manifest: () => ({ terminal: 'shop-9999' }) } },
  {
    name: 'a manifest with another nonce',
    steps: { manifest: (_, other) => ({ gateNonce: other.asked.gateNonce }) },
  },
  {
    name: 'a manifest for another gate’s key',
    steps: { manifest: (_, other) => ({ gateKeyThumbprint: other.asked.gateKey }) },
  },
  {
    name: 'a manifest of another pseudonym',
    steps: { manifest: (m, other) => ({ subject: pseudonym(other.resident, m.transaction) }) },
  },
  { name: 'a manifest of another service', steps: { signer: () => keys.cardAuthentication } },
  {
    name: 'another municipality’s service takes the order for its own resident’s',
    steps: {
      rendering: (_, other) => ({ record: other.resident }),
      signer: order => issuingKeyOf(order, { other: true }),
    },
  },
  {
    name: 'a manifest with a turned bit',
    steps: { body: own => ({ ...own, manifest: flipped(own.manifest) }) },
  },
  {
    name: 'another municipality’s service says that it is its own order',
    steps: {
      rendering: ({ order }, other) => ({
        record: other.resident,
        order: { ...order, municipality: otherOf(order.municipality) },
      }),
      signer: order => issuingKeyOf(order, { other: true }),
    },
  },
  { name: 'another municipality', steps: otherwise(() => ({ municipality: '271004' })) },
  { name: 'another kind', steps: otherwise(() => ({ kind: 'familyRegister' })) },
  { name: 'other options', steps: otherwise(otherRelation) },
  { name: 'other copies', steps: otherwise(({ copies }) => ({ copies: copies + 1 })) },
  {
    name: 'other sides of the paper',
    steps: otherwise(({ sides }) => ({ sides: sides === 'one-sided' ? 'two-sided-long-edge' : 'one-sided' })),
  },
  { name: 'another fee', steps: otherwise(({ feeYen }) => ({ feeYen: feeYen + 100 })) },
];

const document: MixUp[] = [
  {
    name: 'the issuing service takes the card for another’s',
    steps: { rendering: (_, other) => ({ record: other.resident, pseudonymOf: other.resident }) },
  },
  { name: 'another session’s document', steps: { sealed: (_, other) => other.sealed } },
  {
    name: 'another session’s manifest',
    steps: { body: (own, other) => ({ ...own, manifest: other.body.manifest }) },
  },
  { name: 'another session’s PDF', steps: { body: (own, other) => ({ ...own, pdf: other.body.pdf }) } },
  { name: 'another session’s manifest and PDF', steps: { body: (_, other) => other.body } },
  { name: 'sealed to another gate', steps: { sealedTo: (_, other) => other.asked } },
  {
    name: 'sealed for another transaction',
    steps: { sealedTo: (own, other) => ({ ...own, transaction: other.asked.transaction }) },
  },
  { name: 'a PDF with a turned bit', steps: { body: own => ({ ...own, pdf: flipped(own.pdf) }) } },
  { name: 'a document with a turned bit', steps: { sealed: own => flipped(own) } },
  {
    name: 'another resident’s page in place of one',
    steps: { pages: (own, other) => [other.pages[0]!, ...own.slice(1)] },
  },
  {
    name: 'another resident’s page in place of one, after the signature',
    steps: { pagesAfter: (own, other) => [other.pages[0]!, ...own.slice(1)] },
  },
  {
    name: 'another resident’s picture, after the signature',
    steps: { pictureAfter: (_, other) => other.resident },
  },
  {
    name: 'another resident’s form, after the signature',
    steps: { pagesAfter: (own, other) => withForm(own, other.pages[0]!.form) },
  },
  {
    name: 'another resident’s form in place of one',
    steps: { pages: (own, other) => withForm(own, other.pages[0]!.form) },
  },
  { name: 'another resident’s page besides', steps: { pages: (own, other) => [...own, other.pages[0]!] } },
  {
    name: 'a page less',
    steps: { pages: own => (own.length > 1 ? own.slice(1) : [{ ...own[0]!, stamp: undefined }]) },
  },
  { name: 'a page twice', steps: { pages: own => [...own, own[0]!] } },
  { name: 'a page without stamp', steps: { pages: own => own.map(page => ({ ...page, stamp: undefined })) } },
  {
    name: 'pages in another order',
    steps: { pages: own => (own.length > 1 ? own.toReversed() : [...own, ...own]) },
  },
  {
    name: 'pages rendered for another transaction',
    steps: {
      pages: (own, other) =>
        own.map(page => ({ ...page, stamp: { ...page.stamp!, transaction: other.asked.transaction } })),
    },
  },
];

const onTheWay: MixUp[] = [
  { name: 'an answer after the session was cancelled', habit: 'givesUp' },
  { name: 'a document held back for half an hour', habit: 'holdsBack' },
  { name: 'an answer to an earlier opening of the transaction', habit: 'opensAgain' },
  { name: 'pieces swapped', habit: 'swapsPieces' },
  { name: 'a piece lost', habit: 'losesPiece' },
  { name: 'a piece of another session’s document', habit: 'mixesPieces' },
  { name: 'pieces repeated', habit: 'repeatsPieces', harmless: true },
  { name: 'the document repeated', habit: 'putsTwice', harmless: true },
  { name: 'the order repeated', habit: 'ordersTwice', harmless: true },
  { name: 'the print repeated', habit: 'printsTwice', harmless: true },
];

/** docs/threat-model.md, "What no terminal can see". */
const unseen: MixUp[] = [
  {
    name: 'another record under the right pseudonym',
    steps: { rendering: (_, other) => ({ record: other.resident }) },
  },
  { name: 'a stale record', steps: { rendering: () => ({ version: 1 }) } },
  {
    name: 'drawn otherwise than the manifest says',
    steps: { rendering: ({ order }) => ({ drawn: { ...order, ...otherRelation(order) } }) },
  },
  {
    name: 'another resident’s picture, before signing',
    steps: { rendering: (_, other) => ({ picture: other.resident }) },
  },
  {
    name: 'another resident’s form without a stamp, before signing',
    steps: { pages: (own, other) => withForm(own, { resident: other.resident.id }) },
  },
  {
    name: 'household members renumbered after the offer',
    steps: {
      rendering: ({ order, record }) => ({ drawn: { ...order, ...nextMember(order, record.members) } }),
    },
  },
  {
    name: 'both services take the card for the same other resident’s',
    steps: {
      testimony: (_, other) => ({ subjectOf: other.resident }),
      rendering: (_, other) => ({ record: other.resident, pseudonymOf: other.resident }),
    },
  },
  { name: 'a card revoked after it authenticated', habit: 'isRevoked' },
  { name: 'a screen that showed another choice', habit: 'shownOtherwise' },
];

/** The gate's codes, by name: of each mix-up that it refuses. */
const codes: Record<string, readonly GateCode[]> = {
  'another session’s token': ['gate/tokenSignature'],
  'a token of another pseudonym': ['gate/manifestSubject'],
  'a token of another card': ['gate/tokenCertificate'],
  'a token for another terminal': ['gate/tokenTerminal'],
  'a token for another gate’s key': ['gate/tokenKey'],
  'a token for another transaction': ['gate/tokenTransaction'],
  'a token of another service': ['gate/tokenSignature'],
  'a token with a turned bit': ['gate/tokenSignature'],
  'a manifest for another transaction': ['gate/manifestTransaction'],
  'a manifest for another terminal': ['gate/manifestTerminal'],
  'a manifest with another nonce': ['gate/manifestNonce'],
  'a manifest for another gate’s key': ['gate/manifestKey'],
  'a manifest of another pseudonym': ['gate/manifestSubject'],
  'a manifest of another service': ['gate/manifestSignature'],
  'another municipality’s service takes the order for its own resident’s': ['gate/manifestSignature'],
  'another municipality': ['gate/orderMunicipality'],
  'another kind': ['gate/orderKind'],
  'other options': ['gate/orderOptions'],
  'other copies': ['gate/orderCopies'],
  'other sides of the paper': ['gate/orderSides'],
  'another fee': ['gate/orderFee'],
  'the issuing service takes the card for another’s': ['gate/manifestSubject'],
  'another session’s document': ['gate/documentSealed'],
  'another session’s manifest': ['gate/manifestSignature'],
  'another session’s PDF': ['gate/pdfDigest'],
  'another session’s manifest and PDF': ['gate/manifestSignature'],
  'sealed to another gate': ['gate/documentSealed'],
  'sealed for another transaction': ['gate/documentSealed'],
  'a PDF with a turned bit': ['gate/pdfDigest'],
  'a document with a turned bit': ['gate/documentSealed'],
  'another resident’s page in place of one': ['gate/stampTransaction'],
  'another resident’s page besides': ['gate/stampTransaction'],
  'a page less': ['gate/stampMissing', 'gate/stampOrder'],
  'a page twice': ['gate/stampOrder'],
  'a page without stamp': ['gate/stampMissing'],
  'pages in another order': ['gate/stampOrder'],
  'pages rendered for another transaction': ['gate/stampTransaction'],
  'a document held back for half an hour': ['gate/noTransaction'],
  'an answer to an earlier opening of the transaction': ['gate/documentSealed'],
  'pieces swapped': ['gate/documentSealed'],
  'a piece lost': ['gate/documentGap'],
  'a piece of another session’s document': ['gate/documentSealed'],
  'a manifest with a turned bit': ['gate/manifestSignature'],
  'another municipality’s service says that it is its own order': ['gate/manifestSignature'],
  'another resident’s page in place of one, after the signature': ['gate/pdfDigest'],
  'another resident’s picture, after the signature': ['gate/pdfDigest'],
  'another resident’s form, after the signature': ['gate/pdfDigest'],
  'another resident’s form in place of one': ['gate/stampTransaction'],
};

export const mixUps: readonly MixUp[] = [
  ...[...token, ...manifest, ...document, ...onTheWay].map(mixUp => {
    const refusedWith = codes[mixUp.name];
    return refusedWith ? { ...mixUp, codes: refusedWith } : mixUp;
  }),
  ...unseen.map(mixUp => ({ ...mixUp, unseen: true as const })),
];
