// Documents that are mixed up, altered, sealed elsewhere or no PDF of the profile: nothing is paid, nothing is printed. And the evidence
// of a right one.
import { createHash, randomBytes } from 'node:crypto';
import { contextOf } from '../../agent/protocol/context.ts';
import { type CoseKey, type KeyPair, newKeyPair } from '../../agent/protocol/cose-key.ts';
import { sign1 } from '../../agent/protocol/cose-sign1.ts';
import { type Manifest, sealDocument } from '../../agent/protocol/document.ts';
import { readEvidence } from '../../agent/protocol/evidence.ts';
import { type Drawn, draw } from '../../simulator/hub/issuing/make-document.ts';
import { takeOrder } from '../../simulator/hub/issuing/service.ts';
import type { IssuingState } from '../../simulator/hub/issuing/state.ts';
import { Failure } from '../check.ts';
import { withRevision } from './revision.ts';
import { about, type Scene, type TerminalCheck } from './scene.ts';
import { endsWithoutMoney } from './without-money.ts';

type Make = IssuingState['make'];
type Verified = Parameters<Make>[0];
type Entry = Parameters<Make>[1];

/** How a document differs from the right one. */
interface Wrong {
  of: string;
  /** Residents of whom it has pages. Default: the right one. */
  entries?: (own: Entry, other: Entry) => Entry[];
  /** Of the file, after the manifest's digest was taken (`late`) or before. */
  pdf?: (pdf: Buffer) => Buffer;
  late?: true;
  manifest?: (right: Manifest) => Partial<Manifest>;
  signing?: (state: IssuingState, municipality: string) => KeyPair;
  /** Transaction and key that it is sealed for. */
  transaction?: () => Buffer;
  gateKey?: () => CoseKey;
}

const another = (keys: IssuingState['keys'], municipality: string): KeyPair =>
  Object.entries(keys).find(([code]) => code !== municipality)![1].signing;

const wrongs: Readonly<Record<string, Wrong>> = {
  'with a page of another resident': { of: 'MDG-T-042', entries: (own, other) => [own, other] },
  'of another resident': { of: 'MDG-T-042', entries: (_, other) => [other] },
  'whose manifest names another subject': { of: 'MDG-T-042', manifest: () => ({ subject: randomBytes(16) }) },
  'whose manifest names another order': {
    ...{ of: 'MDG-T-042', manifest: ({ order }) => ({ order: { ...order, copies: order.copies + 1 } }) },
  },
  'whose manifest names more pages': { of: 'MDG-T-042', manifest: ({ pages }) => ({ pages: pages + 1 }) },
  'whose manifest has another nonce': { of: 'MDG-T-042', manifest: () => ({ gateNonce: randomBytes(32) }) },
  'with another file than the manifest has the digest of': {
    ...{ of: 'MDG-T-042', late: true, pdf: pdf => Buffer.concat([pdf, Buffer.from('\n')]) },
  },
  'whose file has an incremental revision': { of: 'MDG-T-042', pdf: withRevision },
  'whose manifest another municipality signed': {
    ...{ of: 'MDG-T-043', signing: ({ keys }, municipality) => another(keys, municipality) },
  },
  'whose manifest a stranger signed': { of: 'MDG-T-043', signing: () => newKeyPair() },
  'that is sealed to another key': { of: 'MDG-T-044', gateKey: () => newKeyPair().coseKey },
  'that is sealed for another transaction': { of: 'MDG-T-044', transaction: () => randomBytes(16) },
};

interface Made {
  manifest: Buffer;
  drawn: Drawn;
}

/** The right document, or one that differs by `wrong`. */
async function make(
  [verified, entry, state]: [Verified, Entry, IssuingState],
  wrong: Partial<Wrong> = {},
): Promise<Made & { sealed: Buffer }> {
  const { authentication, statement } = verified;
  const { transaction, terminal, gateKeyThumbprint, order } = statement;
  const other = state.register.find('m201')!;
  const right = await draw(verified, wrong.entries?.(entry, other) ?? [entry], state);
  const pdf = wrong.pdf?.(right.pdf) ?? right.pdf;
  const signed = wrong.late ? right.pdf : pdf;
  const drawn: Drawn = { ...right, pdf, pdfDigest: createHash('sha256').update(signed).digest() };
  const body: Manifest = {
    ...{ transaction, terminal, gateNonce: authentication.gateNonce, gateKeyThumbprint },
    ...{ subject: drawn.subject, order, pages: drawn.pages, pdfDigest: drawn.pdfDigest },
  };
  const key = wrong.signing?.(state, order.municipality) ?? state.keys[order.municipality]!.signing;
  const manifest = sign1({ ...body, ...wrong.manifest?.(body) }, key, contextOf.manifest(transaction));
  const to = wrong.gateKey?.() ?? authentication.gateKey;
  const sealed = sealDocument({ manifest, pdf }, wrong.transaction?.() ?? transaction, to);
  return { manifest, drawn, sealed };
}

const putMaker = (
  scene: Scene,
  wrong: Partial<Wrong>,
  onMade: (made: Made) => void = () => undefined,
): void => {
  const making: Make = async (...order) => {
    const made = await make(order, wrong);
    onMade(made);
    return made.sealed;
  };
  scene.put('issuing', (question, state) => takeOrder(question, { ...state, make: making }));
};

export const documents: readonly TerminalCheck[] = [
  ...Object.entries(wrongs).map(
    ([what, wrong]): TerminalCheck => ({
      name: `a document ${what} is neither paid for nor printed`,
      shows: [wrong.of, 'MDG-T-045'],
      async run(scene) {
        await scene.up();
        putMaker(scene, wrong);
        endsWithoutMoney(await scene.visit(), `a document ${what}`, [wrong.of]);
      },
    }),
  ),
  {
    name: 'the end of a right visit has evidence of its document, and the money that was agreed',
    shows: ['MDG-T-047'],
    async run(scene) {
      await scene.up();
      let made: Made | undefined;
      putMaker(scene, {}, now => {
        made = now;
      });
      const visit = await scene.visit();
      const { transaction, end } = visit;
      const sent = 'a right document';
      const gate = scene.rig.enrolment.claims.at(-1)!.gateKey;
      if (end?.outcome !== 'issued' || !transaction || !made)
        throw new Failure({ sent, expected: 'an end issued', came: about(visit) });
      if (!end.evidence)
        throw new Failure({ sent, expected: 'evidence', came: `${about(visit)}, no evidence` });
      const evidence = readEvidence(end.evidence, transaction, gate);
      const { statement } = scene.orderOf(visit);
      const sides = made.drawn.pages * statement.order.copies;
      const wrong = [
        evidence.result !== 'printed' && `result ${evidence.result}`,
        evidence.terminal !== scene.rig.terminal && `terminal ${evidence.terminal}`,
        !evidence.manifestDigest.equals(createHash('sha256').update(made.manifest).digest()) &&
          'another manifest',
        !evidence.pdfDigest.equals(made.drawn.pdfDigest) && 'another file',
        evidence.expected !== sides && `${evidence.expected} sides expected in place of ${sides}`,
        end.keptYen !== statement.order.feeYen && `kept ${end.keptYen} yen of ${statement.order.feeYen}`,
      ].filter(one => typeof one === 'string');
      if (wrong.length > 0)
        throw new Failure({ sent, expected: 'evidence of this document', came: wrong.join('; ') });
    },
  },
];
