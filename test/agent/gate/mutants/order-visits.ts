// Visits in which the order, or the card in the reader, changes in between; and documents that come in the wrong order.
import { randomBytes } from 'node:crypto';
import { authenticated, ordered, put, type Rig } from '../gate-rig.ts';
import { makePdf, manifestFor, order, readFirst, seal, sha256, tokenFor } from '../services.ts';
import { goodDocument, printOf, unpacked } from './papers.ts';
import type { Visit } from './terminal.ts';

const of = (gate: Rig) => ({ transaction: gate.transaction });
const challenge = randomBytes(32);

/** The agent does not ask what the gate says of the document. */
export const unchecked: Visit = async ({ gate }) => {
  const asked = await ordered(gate);
  const pdf = await makePdf(asked, unpacked);
  await put(gate, seal(asked, { ...manifestFor(asked, pdf), subject: randomBytes(16) }, pdf));
  await gate.call('createJob', of(gate));
  await gate.call('print', { ...of(gate), timeoutMs: 20_000 });
};

/** A document was refused; the hub makes another one. */
export const anotherAfterRefusal: Visit = async ({ gate }) => {
  const asked = await ordered(gate);
  const pdf = await makePdf(asked, unpacked);
  const right = manifestFor(asked, pdf);
  await printOf(gate, seal(asked, { ...right, subject: randomBytes(16) }, pdf)).catch(() => {});
  await printOf(gate, seal(asked, right, pdf));
};

/** The card is still in the reader: the agent has it sign another order than the one that was shown. */
export const orderedTwice: Visit = async ({ gate }) => {
  const asked = await ordered(gate);
  const second = { ...order, kind: 'sealRegistration' };
  await gate.call('order', { ...of(gate), token: tokenFor(asked), challenge, order: second });
  const pdf = await makePdf(asked, unpacked);
  await printOf(gate, seal(asked, { ...manifestFor(asked, pdf), order: second }, pdf));
};

/** While the card signs the order that was shown, it is given another one to sign. */
export const orderedAtOnce: Visit = async ({ gate }) => {
  const asked = await authenticated(gate);
  const signs = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const waiting = signs.values();
  gate.native.answers.sign = async () => {
    await waiting.next().value?.promise;
    return { algorithm: -257, signature: randomBytes(256) };
  };
  const second = { ...order, kind: 'sealRegistration' };
  const asks = [order, second].map(choice =>
    gate.call('order', { ...of(gate), token: tokenFor(asked), challenge, order: choice }),
  );
  for (const sign of signs) sign.resolve();
  await Promise.all(asks);
  const pdf = await makePdf(asked, unpacked);
  await printOf(gate, seal(asked, { ...manifestFor(asked, pdf), order: second }, pdf));
};

const anothersCard = Buffer.from('the certificate of another card');
const putAnothersCard = ({ native }: Rig) => {
  native.answers.readCard = async () => ({
    profile: 'mynumber',
    triesLeft: 3,
    certificate: Buffer.from(anothersCard),
  });
};

/** Once the order is signed the next customer's card is read, and orders in the same transaction. */
export const anothersCardAfterOrder: Visit = async ({ gate }) => {
  await ordered(gate);
  putAnothersCard(gate);
  await gate.call('readCard', of(gate));
  const { sealed } = await gate.call('authenticate', { ...of(gate), challenge });
  await orderAndPrint(gate, sealed, anothersCard);
};

/** The second card never authenticated: what the first one signed is to do for both. */
export const anothersCardUnauthenticated: Visit = async ({ gate }) => {
  await gate.call('open', of(gate));
  await gate.call('readCard', of(gate));
  const { sealed } = await gate.call('authenticate', { ...of(gate), challenge });
  putAnothersCard(gate);
  await gate.call('readCard', of(gate));
  await orderAndPrint(gate, sealed, anothersCard);
};

/** Another card is connected by a reading that failed; the first card's certificate is to pass for it. */
export const anothersCardUnread: Visit = async ({ gate }) => {
  await gate.call('open', of(gate));
  await gate.call('readCard', of(gate));
  gate.native.answers.readCard = () => Promise.reject(new Error('it took too long'));
  await gate.call('readCard', of(gate)).catch(() => {});
  const { sealed } = await gate.call('authenticate', { ...of(gate), challenge });
  await orderAndPrint(gate, sealed);
};

async function orderAndPrint(gate: Rig, authentication: Buffer, certificate?: Buffer): Promise<void> {
  const asked = readFirst(authentication, Buffer.from(gate.transaction, 'hex'));
  const token = tokenFor(asked, certificate && { certificateDigest: sha256(certificate) });
  await gate.call('order', { ...of(gate), token, challenge, order });
  await printOf(gate, (await goodDocument(asked)).sealed);
}

/** The transaction is opened a second time, and gets what was made for the first. */
export const earlierDocument: Visit = async ({ gate }) => {
  const asked = await ordered(gate);
  const { sealed } = await goodDocument(asked);
  await gate.call('close', { ...of(gate), evidenceReceived: true });
  await ordered(gate, now => tokenFor({ ...now, subject: asked.subject }));
  await printOf(gate, sealed);
};
