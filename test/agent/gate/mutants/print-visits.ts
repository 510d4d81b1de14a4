// Visits in which the gate holds a good document, and an agent under an attacker's control has it printed too late or too often.
import { randomBytes } from 'node:crypto';
import { plain } from '../../../drivers/page/plain.ts';
import { checked, type Rig } from '../gate-rig.ts';
import { agent, through } from '../remote-agent.ts';
import { cancelsLate, printsWhatever } from './printer-habits.ts';
import type { Visit } from './terminal.ts';

const of = (gate: Rig) => ({ transaction: gate.transaction });
const job = (gate: Rig) => gate.call('createJob', of(gate));
const print = (gate: Rig, timeoutMs = 20_000) => gate.call('print', { ...of(gate), timeoutMs });

/** The document is held until the half hour is over, for the next customer. */
export const heldBack: Visit = async ({ gate }) => {
  await checked(gate);
  await gate.clock.move(30 * 60_000);
  await job(gate);
  await print(gate);
};

export const printedAfterClose: Visit = async ({ gate }) => {
  await checked(gate);
  await gate.call('close', { ...of(gate), evidenceReceived: true });
  await job(gate);
  await print(gate);
};

/** The agent dies with a checked document in the gate; the next one, at the next customer, has it printed. */
export const agentGone: Visit = async ({ code, gate }) => {
  const { socket } = gate.parts.settings;
  const running = await code.startGate(gate.parts);
  try {
    const first = await agent(socket);
    await checked(through(gate, first));
    first.socket.destroy();
    const next = through(gate, await agent(socket));
    await job(next);
    await print(next);
  } finally {
    await running.close();
  }
};

/** The time is over when the job is made and nothing sent. */
export const heldBackWithJob: Visit = async ({ gate }) => {
  await checked(gate);
  await job(gate);
  await gate.clock.move(30 * 60_000);
  await print(gate);
};

/** The printer is slow to cancel the job; meanwhile the agent asks for the paper. */
export const printedWhileClosing: Visit = async ({ gate, printer }) => {
  const asked = Promise.withResolvers<void>();
  printer.behaviours.unshift(cancelsLate(asked.promise));
  await checked(gate);
  await job(gate);
  const closing = gate.call('close', { ...of(gate), evidenceReceived: true });
  await print(gate).finally(asked.resolve);
  await closing;
};

/** The agent names the customer who has gone, while the next one's document lies there unpaid. */
export const namesAnother: Visit = async ({ gate }) => {
  await checked(gate);
  await gate.call('close', { ...of(gate), evidenceReceived: true });
  await checked({ ...gate, transaction: randomBytes(16).toString('hex') });
  await job(gate);
  await print(gate);
};

/** The paper is out, but the printer has not yet said that it has the document: so the gate still holds it. */
const again =
  (before: (gate: Rig) => Promise<unknown>): Visit =>
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

/** The printer loses power before it gets the document, and then somebody else's job has the number of ours. */
export const numberReused: Visit = async ({ gate, printer }) => {
  await checked(gate);
  await job(gate);
  printer.restart();
  await gate.parts.printer.createJob({ name: 'a letter', copies: 1, impressions: 1, ...plain });
  await print(gate, 2_000);
};

/** The paper runs out, the customer leaves, and then the tray is filled. */
export const paperFilledUpLater: Visit = async ({ gate, printer }) => {
  printer.raise('media-empty-error');
  await checked(gate);
  await job(gate);
  await print(gate, 400);
  printer.clear('media-empty-error');
};
