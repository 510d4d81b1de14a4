// Everything that the hub's services and the way to the gate can mix up. Each is one small change of one step.
import type { Order } from '../../../../agent/protocol/order-choice.ts';
import { issuingKeyOf, keys } from '../services.ts';
import type { Steps, Testimony } from './hub.ts';
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
  steps?: Partial<Steps>;
  habit?: Habit;
}

/** The order as the issuing service misunderstands it. */
const otherwise = (change: (order: Order) => Partial<Order>): Partial<Steps> => ({
  rendering: ({ order }) => ({ order: { ...order, ...change(order) } }),
});
const said = (testimony: Testimony, token: Testimony['token']): Partial<Testimony> => ({
  token: { ...testimony.token, ...token },
});
const flipped = (bytes: Buffer, at = bytes.length >> 1): Buffer => {
  const copy = Buffer.from(bytes);
  copy[at] = copy[at]! ^ 1;
  return copy;
};
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
  { name: 'another municipality', steps: otherwise(() => ({ municipality: '271004' })) },
  { name: 'another kind', steps: otherwise(() => ({ kind: 'familyRegister' })) },
  { name: 'other options', steps: otherwise(otherRelation) },
  { name: 'other copies', steps: otherwise(({ copies }) => ({ copies: copies + 1 })) },
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
  { name: 'another resident’s page besides', steps: { pages: (own, other) => [...own, other.pages[0]!] } },
  {
    name: 'a page less',
    steps: { pages: own => (own.length > 1 ? own.slice(1) : [{ words: own[0]!.words }]) },
  },
  { name: 'a page twice', steps: { pages: own => [...own, own[0]!] } },
  { name: 'a page without stamp', steps: { pages: own => own.map(({ words }) => ({ words })) } },
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

export const mixUps: readonly MixUp[] = [
  ...token,
  ...manifest,
  ...document,
  ...onTheWay,
  ...unseen.map(mixUp => ({ ...mixUp, unseen: true as const })),
];
