// A terminal's ledger log as a hub sees it: batches, right or wrong on purpose, and what is acknowledged.
import { randomBytes } from 'node:crypto';
import type { Value } from '../../agent/protocol/cbor.ts';
import { contextOf } from '../../agent/protocol/context.ts';
import type { KeyPair } from '../../agent/protocol/cose-key.ts';
import { sign1 } from '../../agent/protocol/cose-sign1.ts';
import { isProtocolError } from '../../agent/protocol/error.ts';
import { signEvidence } from '../../agent/protocol/evidence.ts';
import {
  type Acknowledgement,
  type Batch,
  encodeRecord,
  type LedgerRecord,
  readAcknowledgement,
} from '../../agent/protocol/ledger.ts';
import { Failure, needs } from '../check.ts';
import type { TerminalClient } from './terminal-client.ts';

export type Entry = Batch['records'][number];

/** What a batch of either log may say; the rest is made. `more`: further or other fields, at the end. */
export interface Sent {
  from: number;
  records?: readonly Entry[];
  epoch?: number;
  session?: Buffer;
  more?: Record<string, Value | undefined>;
}

const acknowledgedMs = 10_000;

export class Journal {
  readonly #terminal: TerminalClient;
  readonly #log: 'ledger' | 'telemetry';

  constructor(terminal: TerminalClient, log: 'ledger' | 'telemetry' = 'ledger') {
    this.#terminal = terminal;
    this.#log = log;
  }

  get #topics(): { there: string; back: string } {
    const { ledger, telemetry, acknowledgement, telemetryAcknowledgement } = this.#terminal.topics;
    return this.#log === 'ledger'
      ? { there: ledger, back: acknowledgement }
      : { there: telemetry, back: telemetryAcknowledgement };
  }

  /** The signed batch. `key`: the agent's. */
  signed(
    { from, records = [], session = randomBytes(16), more, epoch = this.#terminal.enrolled.epoch }: Sent,
    key: KeyPair = this.#terminal.enrolled.keys.agent,
  ): Buffer {
    const { terminal } = this.#terminal.enrolled;
    const body = { terminal, epoch, session, from, records: [...records], ...more };
    return sign1(body as Value, key, contextOf.topic(this.#topics.there));
  }

  /**
   * The first acknowledgement since the place `since` of what the terminal received; with `session`, the first that repeats it. Undefined
   * where none comes within `waitMs`.
   */
  async acknowledged({
    since,
    session,
    waitMs,
  }: {
    since: number;
    session?: Buffer;
    waitMs: number;
  }): Promise<Acknowledgement | undefined> {
    const { hub } = this.#terminal.enrolled.hub;
    const { back } = this.#topics;
    return this.#terminal.next(
      one => {
        if (one.topic !== back) return undefined;
        try {
          const read = readAcknowledgement(one.message, back, hub);
          return session === undefined || read.session.equals(session) ? read : undefined;
        } catch (error) {
          if (isProtocolError(error)) return undefined;
          throw error;
        }
      },
      { since, waitMs },
    );
  }

  /** Sends a batch, and resolves with its acknowledgement: one of a batch before it may come first. Errors: Failure where there is none. */
  async send(sent: Sent): Promise<Acknowledgement> {
    const session = sent.session ?? randomBytes(16);
    const since = this.#terminal.received.length;
    await this.#terminal.publish(this.#topics.there, this.signed({ ...sent, session }));
    // one that repeats another session breaks another requirement, so it is as good here where no right one comes
    const acknowledgement =
      (await this.acknowledged({ since, session, waitMs: acknowledgedMs })) ??
      (await this.acknowledged({ since, waitMs: 1 }));
    if (acknowledgement) return acknowledgement;
    const { from, records = [] } = sent;
    const what = `a batch of ${records.length} records from ${from} on ${this.#topics.there}`;
    const came = `none within ${acknowledgedMs / 1000} s`;
    throw new Failure({ sent: what, expected: 'an acknowledgement', came });
  }

  /** The hub's cursor, after what was sent before. Errors: NotTried. */
  async cursor(epoch?: number): Promise<number> {
    const asked = { from: 1, ...(epoch !== undefined && { epoch }) };
    return (await needs('an acknowledgement', () => this.send(asked))).upto;
  }
}

/** The ledger's journal at a terminal, and the hub's cursor before the check begins. Errors: NotTried. */
export async function journalOf(rig: {
  terminal(): Promise<TerminalClient>;
}): Promise<{ terminal: TerminalClient; journal: Journal; upto: number }> {
  const terminal = await rig.terminal();
  const journal = new Journal(terminal);
  return { terminal, journal, upto: await journal.cursor() };
}

/** A record of the ledger log with a tag of its own. */
export const entry = (record: LedgerRecord | Buffer): Entry => ({
  tag: randomBytes(16),
  body: Buffer.isBuffer(record) ? record : encodeRecord(record),
});

export const startOf = (): Entry =>
  entry({ type: 'start', software: 'madoguchi conformance', wall: Date.now() });

/** A step whose event has so many bytes. */
export function stepOf(transaction: Buffer, eventBytes = 1): Entry {
  // CBOR of a byte string with a head of 3 bytes, or of the number 0
  const long = () => {
    const event = Buffer.alloc(eventBytes);
    event[0] = 0x59;
    event.writeUInt16BE(eventBytes - 3, 1);
    return event;
  };
  const event = eventBytes < 300 ? Buffer.of(0) : long();
  return entry({ type: 'step', transaction, step: 0, at: 'print', event, wall: Date.now() });
}

export const endOf = (transaction: Buffer, outcome: 'issued' | 'unknown' = 'issued'): Entry =>
  entry({ type: 'end', transaction, outcome, keptYen: 200, owedYen: 0, wall: Date.now() });

/** A record of evidence that `key` signed for `signedFor`. */
export function evidenceOf(
  terminal: string,
  transaction: Buffer,
  key: KeyPair,
  signedFor: { transaction?: Buffer; terminal?: string } = {},
): Entry {
  const evidence = signEvidence(
    {
      ...{ transaction, terminal, ...signedFor },
      ...{ manifestDigest: randomBytes(32), pdfDigest: randomBytes(32) },
      ...{ result: 'notPrinted', job: 1, jobState: 'aborted', impressions: 0, expected: 1 },
    },
    key,
  );
  return entry({ type: 'evidence', transaction, result: 'notPrinted', evidence, wall: Date.now() });
}
