// Checks of what the issuing service makes, by the gate's own judges.
import { manifestChecks } from '../../agent/gate/transaction/checks.ts';
import { type DocumentBody, openDocument, readManifest } from '../../agent/protocol/document.ts';
import { isProtocolError } from '../../agent/protocol/error.ts';
import { Failure, needs } from '../check.ts';
import { judgeDocument } from '../documents/judge.ts';
import { expectKind, expectThat } from './answers.ts';
import { tokenOf } from './cards.ts';
import { pieceChecks } from './questions.ts';
import type { HubCheck, HubRig } from './rig.ts';
import { type Authenticated, authenticated, sha256, type Visit } from './visit.ts';

const sent = 'a right order';

/** The sealed document, opened with the gate's key. Errors: Failure. */
async function documentOf(visit: Visit, known: Authenticated, rig: HubRig): Promise<DocumentBody> {
  const order = visit.proposed(known.offer, rig.options.kind);
  const made = expectKind(await visit.order(visit.sealedOrder(known, order)), 'order', sent);
  const sealed = await needs('the whole document', () => visit.fetchAll(made.size));
  expectThat(sha256(sealed).equals(made.digest), {
    ...{ sent, expected: 'a document of the answer’s size and digest', came: 'one of another digest' },
  });
  return verified(() => openDocument(sealed, visit.transaction, visit.gate));
}

/** Errors: Failure in place of a ProtocolError. */
function verified<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!isProtocolError(error)) throw error;
    const came = `${error.message} (${[error.code, error.path ?? ''].join(' ').trim()})`;
    throw new Failure({ sent, expected: 'a document that the gate opens', came });
  }
}

export const documentChecks: readonly HubCheck[] = [
  {
    name: 'a document is sealed to the gate’s key, and its manifest is bound to transaction, order, nonce and subject',
    shows: ['MDG-H-046'],
    async run(rig) {
      const { visit, known } = await authenticated(await rig.terminal(), await rig.card());
      const token = await needs('a token', async () => tokenOf(visit, known));
      const { manifest: message, pdf } = await documentOf(visit, known, rig);
      const order = visit.proposed(known.offer, rig.options.kind);
      const { terminal, hub } = visit.terminal.enrolled;
      const { transaction, nonce } = visit;
      const issuing = hub.issuing[order.municipality]!;
      const manifest = verified(() => readManifest(message, transaction, issuing));
      const own = { transaction, terminal, nonce, keyThumbprint: visit.gate.thumbprint };
      const wrong = manifestChecks.find(check => !check.holds({ own, order, token, manifest, pdf }));
      expectThat(wrong === undefined, {
        ...{ sent, expected: 'a manifest that the gate takes', came: `one that it refuses: ${wrong?.code}` },
      });
    },
  },
  {
    name: 'a document is within the profile, and every page has its own stamp and no other',
    shows: ['MDG-H-047', 'MDG-H-051', 'MDG-H-052', 'MDG-H-053'],
    async run(rig) {
      const { visit, known } = await authenticated(await rig.terminal(), await rig.card());
      const { pdf } = await needs('a document', () => documentOf(visit, known, rig));
      const judgement = judgeDocument(Buffer.from(pdf));
      if (!judgement.taken) {
        const { code, message, rule, page, object, requirement } = judgement;
        const place = [rule && `rule ${rule}`, page && `page ${page}`, object && `object ${object}`];
        const came = `one that it refuses: ${[code, ...place.filter(Boolean), message].join(', ')}`;
        throw new Failure({ sent, expected: 'a file that the gate takes', came, of: [requirement] });
      }
      const token = await needs('a token', async () => tokenOf(visit, known));
      const [transaction, subject] = [visit.transaction.toString('hex'), token.subject.toString('hex')];
      expectThat(judgement.transaction === transaction && judgement.subject === subject, {
        ...{ sent, expected: `stamps of transaction ${transaction} and subject ${subject}` },
        came: `stamps of transaction ${judgement.transaction} and subject ${judgement.subject}`,
        of: ['MDG-H-047'],
      });
    },
  },
  ...pieceChecks,
];
