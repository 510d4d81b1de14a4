// Everything that the kit sees of the terminal, in order, read and judged as it comes: a message that breaks the contract is a fault of
// the requirement that it breaks, whichever check is being played.
import { contextOf } from '../../agent/protocol/context.ts';
import { contract } from '../../agent/protocol/contract.ts';
import type { CoseKey } from '../../agent/protocol/cose-key.ts';
import { verify1 } from '../../agent/protocol/cose-sign1.ts';
import { isProtocolError } from '../../agent/protocol/error.ts';
import { type QuestionEnvelope, readExchangeId, readQuestion } from '../../agent/protocol/exchange.ts';
import {
  type Acknowledgement,
  type Batch,
  type LedgerRecord,
  readAcknowledgement,
  readBatch,
  readRecord,
} from '../../agent/protocol/ledger.ts';
import { type Presence, readPresence } from '../../agent/protocol/presence.ts';
import {
  readTelemetry,
  readTelemetryBatch,
  type TelemetryBatch,
  type TelemetryRecord,
} from '../../agent/protocol/telemetry.ts';
import { readTopic } from '../../agent/protocol/topics.ts';
import type { FrontEvent, Line } from './front.ts';
import { LedgerJudge } from './ledger-judge.ts';
import type { Connect, Publish } from './packets.ts';

export interface Seen {
  /** Monotonic, ms. */
  atMs: number;
  line: Line;
}

export interface SeenQuestion extends Seen, QuestionEnvelope {
  version: number;
  message: Buffer;
}
export interface SeenBatch extends Seen, Batch {
  records: (Batch['records'][number] & { seq: number; record: LedgerRecord | undefined })[];
}
export interface SeenTelemetry extends Seen, TelemetryBatch {
  read: TelemetryRecord[];
}
export interface SeenPresence extends Seen, Presence {}
export interface SeenConnect extends Seen, Connect {
  /** The last will, read; undefined where there is none that verifies. */
  lastWill: Presence | undefined;
}
/** A message that the broker passed on to the terminal. */
export interface SeenReply extends Seen {
  topic: string;
  payload: Buffer;
  /** Id of the question that it answers, where the hub signed it. */
  id: Buffer | undefined;
}
/** One of the ledger that the hub signed, and that the broker passed on. */
export interface SeenAcknowledgement extends Seen, Acknowledgement {}

export interface Fault {
  /** The broken requirement. */
  of: string;
  what: string;
}

/** The keys by which messages are verified, as the kit's hub has them now. */
export interface KnownKeys {
  /** Of the terminal's last enrolment; undefined where it has none. */
  agentKey(terminal: string): CoseKey | undefined;
  hubKeys(): readonly CoseKey[];
}

export class Sightings {
  readonly lines: (Seen & { over: boolean })[] = [];
  readonly connects: SeenConnect[] = [];
  readonly questions: SeenQuestion[] = [];
  readonly batches: SeenBatch[] = [];
  readonly telemetry: SeenTelemetry[] = [];
  readonly presences: SeenPresence[] = [];
  readonly replies: SeenReply[] = [];
  readonly acknowledgements: SeenAcknowledgement[] = [];
  /** Questions in versions that the kit does not speak. */
  readonly later: (Seen & { version: number; id: Buffer | undefined })[] = [];
  readonly refusedByTls: { atMs: number; reason: string }[] = [];
  readonly faults: Fault[] = [];
  readonly #keys: KnownKeys;
  readonly #ledgers = new Map<string, LedgerJudge>();
  readonly #waiting = new Set<() => void>();

  constructor(keys: KnownKeys) {
    this.#keys = keys;
  }

  take(event: FrontEvent): void {
    const atMs = performance.now();
    if (event.is === 'refused') this.refusedByTls.push({ atMs, reason: event.reason });
    else if (event.is === 'line') this.#newLine(event.line, atMs);
    else if (event.is === 'over') this.#over(event.line);
    else if (event.is === 'unreadable')
      this.#fault('MDG-T-001', `bytes that are no MQTT packet: ${event.reason}`);
    else this.#packet({ atMs, line: event.line }, event);
    for (const look of [...this.#waiting]) look();
  }

  /** Resolves with what `find` finds, as soon as it finds something. Errors: the signal's reason. */
  until<T>(find: () => T | undefined, signal: AbortSignal): Promise<T> {
    const { promise, resolve, reject } = Promise.withResolvers<T>();
    const look = () => {
      const found = find();
      if (found !== undefined) resolve(found);
    };
    const stop = () => reject(signal.reason);
    signal.addEventListener('abort', stop, { once: true });
    if (signal.aborted) stop();
    this.#waiting.add(look);
    look();
    return promise.finally(() => {
      this.#waiting.delete(look);
      signal.removeEventListener('abort', stop);
    });
  }

  /** Something beside the line has happened: whoever waits looks again. */
  look(): void {
    for (const look of [...this.#waiting]) look();
  }

  faultsOf(requirement: string): string[] {
    return this.faults.filter(({ of }) => of === requirement).map(({ what }) => what);
  }

  #newLine(line: Line, atMs: number): void {
    this.lines.push({ atMs, line, over: false });
    this.#ledger(line.name).connected();
  }

  #over(line: Line): void {
    const known = this.lines.find(one => one.line === line);
    if (known) known.over = true;
  }

  #ledger(terminal: string): LedgerJudge {
    const judge = this.#ledgers.get(terminal) ?? new LedgerJudge();
    this.#ledgers.set(terminal, judge);
    return judge;
  }

  #fault(of: string, what: string): void {
    if (!this.faults.some(fault => fault.of === of && fault.what === what)) this.faults.push({ of, what });
  }

  #packet(seen: Seen, { from, packet }: Extract<FrontEvent, { is: 'packet' }>): void {
    if (packet.is === 'connect') this.#connect(seen, packet);
    if (packet.is !== 'publish') return;
    if (from === 'broker') this.#reply(seen, packet);
    else this.#message(seen, packet);
  }

  #connect(seen: Seen, connect: Connect): void {
    const { will } = connect;
    const lastWill = will && this.#read(seen, will.topic, key => readPresence(will.payload, will.topic, key));
    this.connects.push({ ...connect, ...seen, lastWill });
  }

  #reply(seen: Seen, { topic, payload }: Publish): void {
    const leaf = readTopic(topic)?.leaf;
    const keys = this.#keys.hubKeys();
    const id =
      leaf === 'reply' ? keys.map(key => readExchangeId(payload, topic, key)).find(Boolean) : undefined;
    this.replies.push({ ...seen, topic, payload, id });
    if (leaf !== 'acknowledgement') return;
    for (const key of keys)
      try {
        const read = readAcknowledgement(payload, topic, key);
        this.#ledger(seen.line.name).acknowledged(read);
        this.acknowledgements.push({ ...read, ...seen });
        return;
      } catch (error) {
        if (!isProtocolError(error)) throw error; // one that a check has made wrong
      }
  }

  #message(seen: Seen, { topic, payload, qos, retain, propertyBytes }: Publish): void {
    const place = readTopic(topic);
    if (!place || place.terminal !== seen.line.name) {
      this.#fault('MDG-T-001', `a message on ${topic}, which is no topic of ${seen.line.name}`);
      return;
    }
    const { leaf, version } = place;
    if (!contract.versions.includes(version)) {
      if (leaf === 'request') this.#laterQuestion(seen, version, topic, payload);
      return;
    }
    if (qos !== 1) this.#fault('MDG-T-001', `a message on ${leaf} with QoS ${qos}`);
    if (retain !== (leaf === 'presence'))
      this.#fault('MDG-T-001', `a message on ${leaf} that is ${retain ? '' : 'not '}retained`);
    if (propertyBytes > 0) this.#fault('MDG-T-001', `a message on ${leaf} with properties`);
    if (leaf === 'request') {
      const read = this.#read(seen, topic, key => readQuestion(payload, topic, key));
      if (read) this.questions.push({ ...read, ...seen, version, message: payload });
    } else if (leaf === 'ledger') this.#batch(seen, topic, payload);
    else if (leaf === 'telemetry') this.#telemetryBatch(seen, topic, payload);
    else if (leaf === 'presence') {
      const read = this.#read(seen, topic, key => readPresence(payload, topic, key));
      if (read) this.presences.push({ ...read, ...seen });
    } else this.#fault('MDG-T-001', `a message on ${leaf}, which is the hub's topic`);
  }

  /** Of a version that this kit does not speak: it reads the id only. */
  #laterQuestion(seen: Seen, version: number, topic: string, payload: Buffer): void {
    const id = this.#read(seen, topic, key => {
      verify1(payload, key, contextOf.topic(topic));
      return readExchangeId(payload, topic, key);
    });
    this.later.push({ ...seen, version, id });
  }

  #batch(seen: Seen, topic: string, payload: Buffer): void {
    const batch = this.#read(seen, topic, key => readBatch(payload, topic, key));
    if (!batch) return;
    for (const wrong of this.#ledger(seen.line.name).batch(batch)) this.#fault('MDG-T-050', wrong);
    const records = batch.records.map(({ tag, body }, i) => ({
      ...{ tag, body, seq: batch.from + i },
      record: this.#read(seen, 'a ledger record', () => readRecord(body)),
    }));
    this.batches.push({ ...batch, ...seen, records });
  }

  #telemetryBatch(seen: Seen, topic: string, payload: Buffer): void {
    const batch = this.#read(seen, topic, key => readTelemetryBatch(payload, topic, key));
    if (!batch) return;
    const read = batch.records.flatMap(({ body }) => {
      try {
        return [readTelemetry(body)];
      } catch (error) {
        if (!isProtocolError(error)) throw error;
        this.#fault(
          'MDG-T-061',
          `a telemetry record with a field that the contract has not: ${error.path ?? error.code}`,
        );
        return [];
      }
    });
    this.telemetry.push({ ...batch, ...seen, read });
  }

  /** Undefined where it breaks the contract, which is a fault. */
  #read<T>({ line }: Seen, where: string, read: (key: CoseKey) => T): T | undefined {
    const key = this.#keys.agentKey(line.name);
    if (!key) {
      this.#fault('MDG-T-001', `a message of ${line.name}, which is not enrolled`);
      return undefined;
    }
    try {
      return read(key);
    } catch (error) {
      if (!isProtocolError(error)) throw error;
      this.#fault(
        'MDG-T-001',
        `a message on ${where}: ${[error.code, error.path ?? ''].join(' ').trimEnd()}`,
      );
      return undefined;
    }
  }
}
