// A gate for tests: its commands called directly, devices and page printer faked by their contracts.
import { randomBytes } from 'node:crypto';
import type { CommandEvent, GateDoor } from '../../../agent/commands/gate-door.ts';
import { gateCommands } from '../../../agent/gate/gate-commands.ts';
import type { GateParts } from '../../../agent/gate/gate-parts.ts';
import type { NativePort } from '../../../agent/gate/native/native-port.ts';
import { LeftoverJobs } from '../../../agent/gate/print/leftover-jobs.ts';
import type { PrintNote } from '../../../agent/gate/print/print-notes.ts';
import { Session } from '../../../agent/gate/transaction/session.ts';
import { newKeyPair } from '../../../agent/protocol/cose-key.ts';
import { chunkLimit } from '../../../agent/protocol/document.ts';
import { systemClock } from '../../../drivers/base/clock.ts';
import { silentLog } from '../../../drivers/base/log.ts';
import type { NativeDoor } from '../../../drivers/contract/native-door.ts';
import type {
  JobOutcome,
  OpenJob,
  PagePrinter,
  PagePrinterStatus,
  PrinterJob,
  PrintTicket,
} from '../../../drivers/contract/page.ts';
import type { CommandName, ParamsOf, ResultOf } from '../../../drivers/door/types.ts';
import { ManualClock } from '../../manual-clock.ts';
import {
  type Asked,
  certificate,
  keySet,
  makePdf,
  manifestFor,
  order,
  readFirst,
  seal,
  terminal,
  tokenFor,
} from './services.ts';

/** Notes of a gate without a folder. */
function notesInMemory(): GateParts['notes'] {
  const notes = new Map<string, PrintNote>();
  return {
    write: async note => void notes.set(note.transaction, note),
    find: async transaction => notes.get(transaction),
    list: async () => [...notes.values()],
    forget: async transaction => void notes.delete(transaction),
  };
}

/** A page printer that keeps what it got, and prints when the test wants it. */
export class FakePagePrinter implements PagePrinter {
  jobs: PrintTicket[] = [];
  /** Tickets that it was asked about before. */
  asked: PrintTicket[] = [];
  /** Whether it offers what is asked for. */
  offers: (limitMs: number | undefined) => Promise<void> = async () => {};
  /** A copy of each document that came, the very Buffer that it came in, and the job that it came for. */
  documents: { copy: Buffer; held: Buffer; job: number }[] = [];
  canceled: number[] = [];
  sending: () => Promise<void> = async () => {};
  /** What `outcome` answers; replaced by a test that wants it later, or otherwise. */
  ending: (expected: number, signal: AbortSignal) => Promise<JobOutcome> = async expected =>
    printed(expected);

  async status(): Promise<PagePrinterStatus> {
    return { online: true, state: 'idle', reasons: [], accepting: true, ready: true };
  }
  async validateJob(ticket: PrintTicket, limitMs?: number): Promise<void> {
    this.asked.push(ticket);
    await this.offers(limitMs);
  }
  async createJob(job: PrintTicket): Promise<PrinterJob> {
    this.jobs.push(job);
    return { id: this.jobs.length, uri: 'ipp://localhost/jobs/1', name: job.name };
  }
  async sendDocument(job: PrinterJob, pdf: Buffer): Promise<void> {
    this.documents.push({ copy: Buffer.from(pdf), held: pdf, job: job.id });
    await this.sending();
  }
  async outcome(_job: PrinterJob, expected: number, options: Parameters<PagePrinter['outcome']>[2]) {
    options.onProgress?.({ impressions: 1, reasons: [] });
    return await this.ending(expected, options.signal);
  }
  /** Leftover jobs at the printer. */
  leftovers: OpenJob[] = [];
  async openJobs(): Promise<OpenJob[]> {
    return this.leftovers;
  }
  async cancelJob(job: PrinterJob): Promise<void> {
    this.canceled.push(job.id);
  }
}

export const printed = (expected: number): JobOutcome => ({
  result: 'printed',
  jobState: 'completed',
  jobReasons: ['job-completed-successfully'],
  impressions: expected,
  expected,
});

type NativeAnswers = { [N in CommandName<NativeDoor>]?: () => Promise<ResultOf<NativeDoor, N>> };

export class FakeNative implements NativePort {
  online = true;
  answers: NativeAnswers = {
    readCard: async () => ({ profile: 'mynumber', triesLeft: 3, certificate: Buffer.from(certificate) }),
    verifyPin: async () => ({}),
    sign: async () => ({ algorithm: -257, signature: randomBytes(256) }),
  };

  call<N extends CommandName<NativeDoor>>(name: N): Promise<ResultOf<NativeDoor, N>> {
    const answer = this.answers[name] as (() => Promise<ResultOf<NativeDoor, N>>) | undefined;
    return answer ? answer() : Promise.reject(new Error(`no answer to ${name}`));
  }
}

export interface Rig {
  parts: GateParts;
  /** Of the session: how long a transaction lasts. */
  clock: ManualClock;
  session: Session;
  native: FakeNative;
  printer: FakePagePrinter;
  signingKey: GateParts['signingKey'];
  transaction: string;
  events: CommandEvent[];
  call<N extends CommandName<GateDoor>>(
    name: N,
    params: ParamsOf<GateDoor, N>,
  ): Promise<ResultOf<GateDoor, N>>;
}

/** The gate's own code: as it stands, or with a part of it made wrong (mutants/). */
export interface GateCode {
  gateCommands: typeof gateCommands;
  Session: typeof Session;
}

interface RigOptions {
  code?: GateCode;
  /** Of its devices and prints. Default: the system's. */
  clock?: ManualClock;
  /** In place of the fake one. */
  pagePrinter?: PagePrinter;
  /** Of a gate that died: this one has its folder, and its printer. */
  diedAs?: Rig;
}

export function rig(
  socket = '/nowhere',
  { code = { gateCommands, Session }, clock: printClock, pagePrinter, diedAs }: RigOptions = {},
): Rig {
  const native = new FakeNative();
  const printer = diedAs?.printer ?? new FakePagePrinter();
  const signingKey = diedAs?.signingKey ?? newKeyPair();
  const parts: GateParts = {
    settings: { terminal, socket },
    keySet,
    keySets: { take: async () => {}, youngest: present => present },
    signingKey,
    native,
    printer: pagePrinter ?? printer,
    notes: diedAs?.parts.notes ?? notesInMemory(),
    clock: printClock ?? systemClock,
    log: silentLog,
  };
  const clock = new ManualClock();
  const session = new code.Session(clock);
  const leftovers = new LeftoverJobs({ ...parts, isInUse: name => session.usesJob(name) });
  const commands = code.gateCommands(parts, session, leftovers);
  const events: CommandEvent[] = [];
  const emit = (event: CommandEvent) => events.push(event);
  return {
    parts,
    clock,
    session,
    native,
    printer,
    signingKey,
    events,
    transaction: diedAs?.transaction ?? randomBytes(16).toString('hex'),
    call: (name, params) =>
      commands[name].run(params as never, {
        signal: new AbortController().signal,
        deadlineMs: parts.clock.now() + 10_000,
        emit,
      }) as never,
  };
}

/** Brings a gate to where the card authentication service has been asked. */
export async function authenticated(b: Rig): Promise<Asked> {
  const { transaction } = b;
  await b.call('open', { transaction });
  await b.call('readCard', { transaction });
  await b.call('verifyPin', { transaction, timeoutMs: 1000 });
  const { sealed } = await b.call('authenticate', { transaction, challenge: randomBytes(32) });
  return readFirst(sealed, Buffer.from(transaction, 'hex'));
}

/** Brings a gate to where the issuing service has been asked too, and the token was taken. */
export async function ordered(b: Rig, token: (asked: Asked) => Buffer = tokenFor): Promise<Asked> {
  const asked = await authenticated(b);
  const { transaction } = b;
  await b.call('order', { transaction, token: token(asked), challenge: randomBytes(32), order });
  return asked;
}

/** Sends the sealed document in pieces as the agent does. */
export async function put(b: Rig, sealed: Buffer): Promise<void> {
  for (let offset = 0; offset < sealed.length; offset += chunkLimit) {
    const chunk = sealed.subarray(offset, offset + chunkLimit);
    await b.call('putDocument', { transaction: b.transaction, offset, size: sealed.length, chunk });
  }
}

/** Brings a gate to where a good document of two pages is checked. */
export async function checked(b: Rig): Promise<{ asked: Asked; pdf: Buffer }> {
  const asked = await ordered(b);
  const pdf = await makePdf(asked);
  await put(b, seal(asked, manifestFor(asked, pdf), pdf));
  await b.call('check', { transaction: b.transaction });
  return { asked, pdf };
}
