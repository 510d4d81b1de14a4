// Visits in which the hub does its work well, and an agent that somebody else owns tries for a paper too many.
import { randomBytes } from 'node:crypto';
import { type Bench, checked, ordered, put } from '../bench.ts';
import { makePdf, manifestFor, order, readFirst, seal, sha256, tokenFor } from '../services.ts';
import { goodDocument, printOf, unpacked } from './papers.ts';
import { cancelsLate, printsWhatever } from './printer-habits.ts';
import type { Visit } from './terminal.ts';

const of = (gate: Bench) => ({ transaction: gate.transaction });
const job = (gate: Bench) => gate.call('createJob', of(gate));
const print = (gate: Bench, timeoutMs = 20_000) => gate.call('print', { ...of(gate), timeoutMs });
const challenge = randomBytes(32);

/** The document is held until the half hour is over, for whoever stands there then. */
export const heldBack: Visit = async ({ gate }) => {
  await checked(gate);
  await gate.clock.move(30 * 60_000);
  await job(gate);
  await print(gate);
};

export const printedAfterClose: Visit = async ({ gate }) => {
  await checked(gate);
  await gate.call('close', of(gate));
  await job(gate);
  await print(gate);
};

/** The printer takes its time to give the job back; meanwhile the agent asks for the paper. */
export const printedWhileClosing: Visit = async ({ gate, printer }) => {
  const asked = Promise.withResolvers<void>();
  printer.behaviours.unshift(cancelsLate(asked.promise));
  await checked(gate);
  await job(gate);
  const closing = gate.call('close', of(gate));
  await print(gate).finally(asked.resolve);
  await closing;
};

/** The agent names the customer who has gone, while the next one's document lies there unpaid. */
export const namesAnother: Visit = async ({ gate }) => {
  await checked(gate);
  await gate.call('close', of(gate));
  await checked({ ...gate, transaction: randomBytes(16).toString('hex') });
  await job(gate);
  await print(gate);
};

/** The paper is out, but the printer has not yet said that it has the document: so the gate still holds it. */
const again =
  (before: (gate: Bench) => Promise<unknown>): Visit =>
  async ({ gate, printer, jobsEnded, mayComeOut }) => {
    const enough = Promise.withResolvers<void>();
    printer.behaviours.unshift(printsWhatever(enough.promise));
    mayComeOut((await checked(gate)).pdf, 4);
    await job(gate);
    const first = print(gate);
    await jobsEnded(1);
    let second: Promise<unknown> | undefined;
    try {
      await before(gate);
      second = print(gate);
      for (let asked = 0; asked < 5; asked++) await gate.parts.printer.status(); // a second document is there by now
      await jobsEnded(printer.jobs.length);
    } finally {
      enough.resolve();
      await Promise.all([first, second]);
    }
  };
export const printedTwice = again(async () => {});
export const jobMadeTwice = again(job);

/** All is over and well; then the agent asks for another job. */
export const jobMadeAfterwards: Visit = async ({ gate, mayComeOut }) => {
  mayComeOut((await checked(gate)).pdf, 4);
  await job(gate);
  await print(gate);
  await job(gate);
  await print(gate);
};

/** The paper runs out, the customer is told so and goes, and somebody fills the tray. */
export const paperFilledUpLater: Visit = async ({ gate, printer }) => {
  printer.raise('media-empty-error');
  await checked(gate);
  await job(gate);
  await print(gate, 40);
  printer.clear('media-empty-error');
};

/** The agent does not ask what the gate says of the document. */
export const unchecked: Visit = async ({ gate }) => {
  const asked = await ordered(gate);
  const pdf = await makePdf(asked, unpacked);
  await put(gate, seal(asked, { ...manifestFor(asked, pdf), subject: randomBytes(16) }, pdf));
  await job(gate);
  await print(gate);
};

/** A document was refused; the hub makes another one. */
export const anotherAfterRefusal: Visit = async ({ gate }) => {
  const asked = await ordered(gate);
  const pdf = await makePdf(asked, unpacked);
  const right = manifestFor(asked, pdf);
  await printOf(gate, seal(asked, { ...right, subject: randomBytes(16) }, pdf)).catch(() => {});
  await printOf(gate, seal(asked, right, pdf));
};

/** The card still lies there: the agent has it sign another order than the one that was shown. */
export const orderedTwice: Visit = async ({ gate }) => {
  const asked = await ordered(gate);
  const second = { ...order, kind: 'sealRegistration' };
  await gate.call('order', { ...of(gate), token: tokenFor(asked), challenge, order: second });
  const pdf = await makePdf(asked, unpacked);
  await printOf(gate, seal(asked, { ...manifestFor(asked, pdf), order: second }, pdf));
};

const anothersCard = Buffer.from('the certificate of another card');
const putAnothersCard = ({ native }: Bench) => {
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

async function orderAndPrint(gate: Bench, authentication: Buffer, certificate?: Buffer): Promise<void> {
  const asked = readFirst(authentication, Buffer.from(gate.transaction, 'hex'));
  const token = tokenFor(asked, certificate && { certificateDigest: sha256(certificate) });
  await gate.call('order', { ...of(gate), token, challenge, order });
  await printOf(gate, (await goodDocument(asked)).sealed);
}

/** The transaction is opened a second time, and gets what was made for the first. */
export const earlierDocument: Visit = async ({ gate }) => {
  const asked = await ordered(gate);
  const { sealed } = await goodDocument(asked);
  await gate.call('close', of(gate));
  await ordered(gate, now => tokenFor({ ...now, subject: asked.subject }));
  await printOf(gate, sealed);
};
