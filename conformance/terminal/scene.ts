// What a check of the terminal plays with: the rig, changes that are undone after it, and visits.
import type { LedgerRecord } from '../../agent/protocol/ledger.ts';
import { type OrderRequest, openAuthentication, openOrder } from '../../agent/protocol/sealed-request.ts';
import {
  type AuthenticationStatement,
  type OrderStatement,
  readAuthenticationStatement,
  readOrderStatement,
} from '../../agent/protocol/statement.ts';
import type { HubBehaviours } from '../../simulator/hub/routing/services.ts';
import { type Check, Failure, NotTried } from '../check.ts';
import { allAcknowledged } from './acknowledged.ts';
import type { Rig } from './rig.ts';
import type { SeenQuestion } from './sightings.ts';
import type { Said, Subject } from './subject.ts';

export type EndRecord = Extract<LedgerRecord, { type: 'end' }>;

/** One visit, as far as the kit sees it. */
export interface Visit {
  /** Undefined where the terminal began none. */
  transaction: Buffer | undefined;
  /** The end in the ledger. Undefined where it began none. */
  end: EndRecord | undefined;
  /** Steps in the ledger, in order. */
  steps: string[];
  /** Every copy of every question of it, in order. */
  questions: SeenQuestion[];
  said: Said;
  /** The times at which it began and ended, monotonic ms. */
  fromMs: number;
  toMs: number;
}

/** A check before it is given its scene. */
export interface TerminalCheck extends Omit<Check<Rig>, 'run'> {
  run(scene: Scene): Promise<void>;
}

/** A visit with a silent hub, on a slow machine. A person is given half an hour. */
const defaultLimitMs = 120_000;
const byHandLimitMs = 1_800_000;

/** The checks as `judge` plays them. What a check has changed is undone, however it ends. */
export const played = (checks: readonly TerminalCheck[], byHand: boolean): Check<Rig>[] =>
  checks.map(check => ({
    ...check,
    limitMs: byHand ? byHandLimitMs : (check.limitMs ?? defaultLimitMs),
    async run(rig, signal) {
      const scene = new Scene(rig, signal);
      try {
        await check.run(scene);
      } finally {
        await scene.tidyUp();
      }
    },
  }));

export class Scene {
  readonly rig: Rig;
  readonly signal: AbortSignal;
  readonly #undoing: (() => unknown)[] = [];

  constructor(rig: Rig, signal: AbortSignal) {
    this.rig = rig;
    this.signal = signal;
  }

  /** Puts a behaviour in front of the hub's own, until the check is over or the returned function is called. */
  put<K extends keyof HubBehaviours>(part: K, behaviour: HubBehaviours[K][number]): () => void {
    const list = this.rig.hub.behaviours[part] as HubBehaviours[K][number][];
    list.unshift(behaviour);
    const remove = () => {
      const at = list.indexOf(behaviour);
      if (at >= 0) list.splice(at, 1);
    };
    this.undo(remove);
    return remove;
  }

  /** Adds work that is done when the check is over. The work that was added last is done first. */
  undo(work: () => unknown): void {
    this.#undoing.push(work);
  }

  async tidyUp(): Promise<void> {
    for (let work = this.#undoing.pop(); work; work = this.#undoing.pop()) await work();
  }

  until<T>(find: () => T | undefined): Promise<T> {
    return this.rig.seen.until(find, this.signal);
  }

  up(): Promise<void> {
    return this.rig.up(this.signal);
  }

  /** Up anew, where the kit can start it: after failures a terminal waits longer and longer before it connects. */
  async again(): Promise<void> {
    await this.rig.stop();
    await this.up();
  }

  /** Resolves after `ms`. Errors: the signal's reason. For what must NOT come: there is no event to wait for. */
  async rest(ms: number): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, ms);
    const stop = () => reject(this.signal.reason);
    this.signal.addEventListener('abort', stop, { once: true });
    await promise.finally(() => {
      clearTimeout(timer);
      this.signal.removeEventListener('abort', stop);
    });
  }

  /** Whether `coming` resolves within `ms`. Errors: those of `coming`; the signal's reason. */
  within(ms: number, coming: Promise<unknown>): Promise<boolean> {
    return Promise.race([coming.then(() => true), this.rest(ms).then(() => false)]);
  }

  /**
   * A visit that is asked for. `made` resolves when its command has ended, whatever of it has come to the hub; at once where a person makes
   * it. `over` resolves when its end stands in the ledger too.
   */
  startVisit(): { made: Promise<void>; over: Promise<Visit> } {
    const { rig, signal } = this;
    const fromMs = performance.now();
    const playing = rig.subject.visit(rig.enrolment.values, signal);
    const made = playing.then(() => undefined);
    const over = this.#play(fromMs, playing);
    for (const one of [made, over]) one.catch(() => undefined); // the check may end before
    return { made, over };
  }

  /** Errors: NotTried where a person makes the visits: without acknowledgements nothing tells when such a visit is over. */
  needsVisitCommand(): void {
    if (this.rig.subject.commands.visit === undefined)
      throw new NotTried(
        'it needs --visit: the end of a visit by hand is seen by its acknowledged records only',
      );
  }

  /** One visit to its end. */
  async visit(): Promise<Visit> {
    await this.ready();
    return this.startVisit().over;
  }

  /** Up, and it has the hub's answer to a probe on this connection: before, it serves nobody. */
  async ready(): Promise<void> {
    await this.up();
    await this.until(() => this.rig.answeredProbe);
  }

  /** Ready, and it has been told that the hub has all that it sent: before it is told anything, it sends no records. */
  async settled(): Promise<void> {
    await this.ready();
    await this.until(() => allAcknowledged(this.rig) || undefined);
  }

  /**
   * Asks for a visit that must not begin, and resolves when it would have begun long ago: there is no event to wait for, so this terminal's
   * quickest visit on this machine is the measure. At least one has to have begun before.
   */
  async noVisit(): Promise<{ fromMs: number; over: Promise<Visit> }> {
    const { quickestMs } = this.rig;
    if (quickestMs === undefined) throw new Error('no visit has begun yet');
    const fromMs = performance.now();
    const { over } = this.startVisit();
    await this.rest(Math.min(30_000, Math.max(6_000, 6 * quickestMs)));
    return { fromMs, over };
  }

  /** What `noVisit` measures by, where no visit has begun yet. */
  async measured(): Promise<void> {
    if (this.rig.quickestMs === undefined) await this.visit();
  }

  /** The visit's questions of a kind: each copy. */
  #questionsOf(transaction: Buffer): SeenQuestion[] {
    return this.rig.seen.questions.filter(
      ({ question }) => question.ask !== 'probe' && question.transaction.equals(transaction),
    );
  }

  async #play(fromMs: number, playing: ReturnType<Subject['visit']>): Promise<Visit> {
    const { rig, signal } = this;
    const { seen, terminal } = rig;
    let said: Said = {};
    let isOver = false;
    const visiting = playing.then(result => {
      said = result.said;
      isOver = result.ended;
      seen.look();
    });
    const begun = () =>
      seen.questions.find(
        ({ atMs, line, question }) =>
          atMs >= fromMs && line.name === terminal && question.ask === 'challenge',
      );
    const first = await seen.until(() => begun() ?? (isOver ? 'none' : undefined), signal);
    if (first === 'none' || first.question.ask === 'probe') {
      await visiting;
      return {
        transaction: undefined,
        end: undefined,
        steps: [],
        questions: [],
        said,
        fromMs,
        toMs: performance.now(),
      };
    }
    rig.began(first.atMs - fromMs);
    const { transaction } = first.question;
    const records = () =>
      seen.batches
        .filter(({ line }) => line.name === terminal)
        .flatMap(({ records: those }) => those.flatMap(({ record }) => record ?? []))
        .filter(record => record.type !== 'start' && record.transaction.equals(transaction));
    const end = await seen.until(
      () => records().find((record): record is EndRecord => record.type === 'end'),
      signal,
    );
    await visiting;
    return {
      ...{ transaction, end, said, fromMs, toMs: performance.now() },
      questions: this.#questionsOf(transaction),
      steps: records().flatMap(record => (record.type === 'step' ? record.at : [])),
    };
  }

  /** What the card has signed first, opened with the service's key. */
  authenticationOf(visit: Visit): AuthenticationStatement {
    const { question } = one(visit, 'authenticate');
    if (question.ask !== 'authenticate') throw new Error('no authentication');
    const { transaction, sealed } = question;
    const request = openAuthentication(sealed, transaction, this.rig.keys.cardAuthenticationSeal);
    return readAuthenticationStatement(request.statement);
  }

  /** What the card has signed second, opened with the key of the service that it is sealed to. */
  orderOf(visit: Visit): { request: OrderRequest; statement: OrderStatement; municipality: string } {
    const { question } = one(visit, 'order');
    if (question.ask !== 'order') throw new Error('no order');
    const { transaction, sealed } = question;
    for (const [municipality, { seal }] of Object.entries(this.rig.keys.issuing))
      try {
        const request = openOrder(sealed, transaction, seal);
        return { request, statement: readOrderStatement(request.statement), municipality };
      } catch {
        // sealed to another one
      }
    throw new Failure({
      sent: 'an offer',
      expected: 'an order that an issuing service can open',
      came: 'another',
    });
  }
}

/** The first copy of the visit's question of that kind. Errors: Failure where it asked none. */
export function one(visit: Visit, ask: SeenQuestion['question']['ask']): SeenQuestion {
  const found = visit.questions.find(({ question }) => question.ask === ask);
  if (found) return found;
  throw new Failure({ sent: 'right answers', expected: `a question ${ask}`, came: about(visit) });
}

export const asked = (visit: Visit, ask: SeenQuestion['question']['ask']): SeenQuestion[] =>
  visit.questions.filter(({ question }) => question.ask === ask);

/** A visit in a few words, for a person. */
export function about({ end, questions, said }: Visit): string {
  const kinds = [...new Set(questions.map(({ question }) => question.ask))];
  const asks = kinds.length === 0 ? 'no question' : `questions ${kinds.join(', ')}`;
  const ended = end
    ? `end ${end.outcome}${end.code ? ` ${end.code}` : ''}, kept ${end.keptYen} yen`
    : 'no end';
  const told = said.outcome ? `, the visit said ${said.outcome}${said.code ? ` ${said.code}` : ''}` : '';
  return `${asks}; ${ended}${told}`;
}
