// The kit's hub, and the terminal under test at it. The hub is the simulator's; the front stands between its broker and the terminal.
import { X509Certificate } from 'node:crypto';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { CoseKey } from '../../agent/protocol/cose-key.ts';
import { type Claim, type Grant, readClaim } from '../../agent/protocol/enrolment.ts';
import { makeCardsFolder } from '../../simulator/card/cards-folder.ts';
import { makeAuthority } from '../../simulator/hub/keys/authority.ts';
import { type HubKeys, openHubKeys } from '../../simulator/hub/keys/hub-keys.ts';
import { type RunningHub, startHub } from '../../simulator/hub/process/hub.ts';
import { closeAll } from '../../simulator/interrupted.ts';
import { temporaryFolder } from '../../simulator/temporary-folder.ts';
import { NotTried } from '../check.ts';
import { Front, type Line } from './front.ts';
import { type SeenPresence, type SeenQuestion, Sightings } from './sightings.ts';
import { type Commands, type Ended, Subject, type Values } from './subject.ts';

export interface RigOptions {
  /** Name or address under which the terminal reaches the kit. */
  host: string;
  commands: Commands;
  /** Folder of `simulator -- cards`, of the card that a person puts in. Undefined: the kit makes one. */
  cards: string | undefined;
  /** What the commands and the hub print. */
  say(line: string): void;
  /** What a person has to do. */
  tell(line: string): void;
}

/** An enrolment of the terminal under test. */
export interface Enrolment {
  values: Values;
  /** The claims that came with this code, in order. */
  claims: Claim[];
}

/**
 * Short where nobody is waited for, so that a silent hub is over soon; a person has the usual time. Of three copies of a question with
 * waits that double, the third comes in time also where the first wait is 3 s.
 */
export const waits = { hubMs: 10_000, fetchMs: 15_000 };

const resident = 'm101';

export class Rig {
  readonly hub: RunningHub;
  readonly keys: HubKeys;
  readonly front: Front;
  readonly seen: Sightings;
  subject: Subject;
  readonly host: string;
  readonly #parts: { dir: string; cards: string; claims: Map<string, Claim[]>; close: () => Promise<void> };
  readonly #subjectOf: (commands: Commands) => Subject;
  #enrolments = 0;
  #name: string;
  #present: Enrolment | undefined;
  /** Connections before its present run. */
  #linesBefore = 0;
  #quickestMs: number | undefined;

  static async open(options: RigOptions): Promise<Rig> {
    const { host, say } = options;
    const dir = temporaryFolder('kit');
    const stoppers: (() => unknown)[] = [() => rm(dir, { recursive: true, force: true })];
    const close = () => closeAll(stoppers.splice(0).reverse());
    try {
      const cards = options.cards ?? join(dir, 'cards');
      if (options.cards === undefined) await makeCardsFolder(cards);
      const der = async (name: string) => new X509Certificate(await readFile(join(cards, name))).raw;
      const keys = openHubKeys(join(dir, 'hub/keys'));
      const cardAuthority = [{ certificateDer: await der('authority.pem') }];
      const hub = await startHub({ dir: join(dir, 'hub'), cardAuthority, say, waits, host });
      stoppers.push(hub.close);
      hub.bindCard(resident, await der('card.pem'));
      const claims = new Map<string, Claim[]>();
      const agentKey = (terminal: string): CoseKey | undefined => claims.get(terminal)?.at(-1)?.agentKey;
      const seen = new Sightings({ agentKey, hubKeys: () => [keys.hub.coseKey] });
      const authority = await makeAuthority('Madoguchi link', keys.link, Date.now);
      const front = await Front.open({
        host,
        authority,
        broker: hub.brokerUrl,
        take: event => seen.take(event),
      });
      stoppers.push(() => front.close());
      const rig = new Rig(options, { hub, keys, front, seen }, { dir, cards, claims, close });
      hub.behaviours.enrolment.push((message, { grant }) => rig.grant(message, grant));
      stoppers.push(() => rig.subject.stop());
      return rig;
    } catch (error) {
      await close();
      throw error;
    }
  }

  private constructor(
    { host, commands, say, tell }: RigOptions,
    own: Pick<Rig, 'hub' | 'keys' | 'front' | 'seen'>,
    parts: { dir: string; cards: string; claims: Map<string, Claim[]>; close: () => Promise<void> },
  ) {
    this.hub = own.hub;
    this.keys = own.keys;
    this.front = own.front;
    this.seen = own.seen;
    this.host = host;
    this.#subjectOf = one => new Subject(one, say, tell);
    this.subject = this.#subjectOf(commands);
    this.#parts = parts;
    this.#name = '';
  }

  /** Name of the terminal that is enrolled now. */
  get terminal(): string {
    return this.#name;
  }

  get enrolment(): Enrolment {
    if (!this.#present) throw new NotTried('the terminal is not enrolled');
    return this.#present;
  }

  /** The right grant for a claim, at the front's address; the claim is kept. */
  async grant(message: Buffer, make: () => Promise<Grant>): Promise<Grant> {
    const granted = await make();
    const claim = readClaim(message);
    this.#parts.claims.set(granted.terminal, [...(this.#parts.claims.get(granted.terminal) ?? []), claim]);
    this.seen.look();
    return { ...granted, broker: this.front.url };
  }

  /** A new name, code and home. `address`: of another enrolment server. */
  newEnrolment(address = this.hub.enrolmentUrl): Enrolment {
    const terminal = `conformance-${++this.#enrolments}`;
    const claims: Claim[] = [];
    this.#parts.claims.set(terminal, claims);
    const values: Values = {
      MADOGUCHI_URL: address,
      MADOGUCHI_CODE: this.hub.createEnrolmentCode({ terminal }),
      MADOGUCHI_ROOT: this.hub.rootThumbprint,
      MADOGUCHI_TERMINAL: terminal,
      MADOGUCHI_HOME: join(this.#parts.dir, `home-${this.#enrolments}`),
      MADOGUCHI_CARDS: this.#parts.cards,
    };
    const parts = this.#parts;
    return {
      values,
      get claims() {
        return parts.claims.get(terminal) ?? [];
      },
    };
  }

  /** Enrols the terminal anew, rightly. Errors: Error with what the command printed. */
  async enrol(signal: AbortSignal): Promise<Enrolment> {
    await this.stop();
    const enrolment = this.newEnrolment();
    const ended = await this.subject.enrol(enrolment.values, signal);
    if (ended && ended.code !== 0)
      throw new Error(`the command of --enrol ended with ${ended.code}: ${ended.lines.slice(-3).join(' ')}`);
    await this.seen.until(() => enrolment.claims.at(-1), signal);
    this.#present = enrolment;
    this.#name = enrolment.values.MADOGUCHI_TERMINAL;
    return enrolment;
  }

  /** Resolves when the terminal is enrolled, runs, and is on the line. */
  async up(signal: AbortSignal): Promise<void> {
    if (!this.#present) await this.enrol(signal);
    if (this.isOnline) return;
    if (!this.subject.isStarted) {
      // one that a person starts may be on its way back already
      if (this.subject.commands.start !== undefined) this.#linesBefore = this.seen.lines.length;
      this.subject.start(this.enrolment.values);
    }
    await this.seen.until(() => this.isOnline || undefined, signal);
  }

  /** Ends what the kit has started, and its connection: whoever is on the line then has come anew. */
  async stop(): Promise<void> {
    if (!this.subject.isStarted) return;
    await this.subject.stop();
    const last = this.line;
    this.front.cut();
    await last?.ended;
  }

  /** Whether it connected since the kit started it, or a person did. */
  isOfRun({ number }: Line): boolean {
    return number > this.#linesBefore;
  }

  get #presence(): SeenPresence | undefined {
    return this.seen.presences.findLast(({ terminal }) => terminal === this.#name);
  }

  /** Its last presence that says that it is there. */
  get birth(): SeenPresence | undefined {
    return this.seen.presences.findLast(({ terminal, online }) => terminal === this.#name && online);
  }

  /** The connection on which its last presence came. */
  get line(): Line | undefined {
    return this.#presence?.line;
  }

  /** Whether its last presence on a connection that stands says that it is there. */
  get isOnline(): boolean {
    const line = this.seen.lines.find(one => one.line === this.line);
    return this.#presence?.online === true && line?.over === false;
  }

  /** An answered probe: on its present connection the broker has passed the answer on to it. Undefined where there is none. */
  get answeredProbe(): SeenQuestion | undefined {
    const { questions, replies } = this.seen;
    const { line } = this;
    return questions.find(
      one =>
        one.line === line &&
        one.question.ask === 'probe' &&
        replies.some(({ line: on, id }) => on === line && id?.equals(one.id)),
    );
  }

  /** A visit began so long after it was asked for, in ms. */
  began(ms: number): void {
    this.#quickestMs = Math.min(this.#quickestMs ?? ms, ms);
  }

  /** How long the quickest visit so far took to begin, in ms. Undefined before the first. */
  get quickestMs(): number | undefined {
    return this.#quickestMs;
  }

  /** It has been stopped for good, by the kit: whatever comes next enrols it anew. */
  forget(): void {
    this.#present = undefined;
    this.#name = '';
  }

  /** Another terminal is under test from now on, at the same home where it is enrolled. */
  async use(commands: Commands): Promise<void> {
    await this.stop();
    this.subject = this.#subjectOf(commands);
  }

  /** Enrols with wrong grants and the like: by a command only. Errors: NotTried. */
  async tryEnrolment({ values }: Enrolment, signal: AbortSignal): Promise<Ended> {
    if (this.subject.commands.enrol === undefined)
      throw new NotTried('it needs --enrol: a person would have to enrol again and again');
    return (await this.subject.enrol(values, signal))!;
  }

  close(): Promise<void> {
    return this.#parts.close();
  }
}
