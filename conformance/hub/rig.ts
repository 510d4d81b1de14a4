// What the checks of a hub share: the enrolled terminals, their connections, the card, and the ways to restart the hub.
import { type Check, NotTried, needs } from '../check.ts';
import { type KitCard, readKitCard } from './card.ts';
import { type Ceremony, enrolAll, pinnedRoot } from './ceremony.ts';
import type { Enrolled } from './enrolled.ts';
import type { PinnedRoot } from './enrolment-client.ts';
import { type BrokenMessages, TerminalClient } from './terminal-client.ts';

export type HubCheck = Check<HubRig>;

export interface HubRigOptions {
  /** The hub's enrolment address. */
  url: URL;
  /** At least one. Further ones are for another terminal, and for the first one again. */
  codes: readonly string[];
  /** Thumbprint of the root document, 32 bytes. */
  root: Buffer;
  /** Folder of `simulator -- cards`. */
  cards?: string | undefined;
  /** Kind of certificate to order; the first offered one where none is named. */
  kind?: string | undefined;
  /** Kills the hub and starts it again; resolves when that is done. */
  restart?: (() => Promise<void>) | undefined;
  /** Makes a backup of the ledger; `restore` puts it back as an operator does. */
  backup?: (() => Promise<void>) | undefined;
  restore?: (() => Promise<void>) | undefined;
  /** For how long after a probe's answer nothing may come where nothing must; longer where that answer was slow. Default 500 ms. */
  graceMs?: number;
}

/** On a slow machine everything is slow: so many times as long as a probe took. */
const graceProbes = 10;

export class HubRig {
  readonly options: HubRigOptions;
  readonly graceMs: number;
  /** What the hub sent and no terminal would take. */
  readonly broken: BrokenMessages = [];
  #root: Promise<PinnedRoot> | undefined;
  #ceremony: Promise<Ceremony> | undefined;
  readonly #clients = new Map<string, TerminalClient>();
  #card: Promise<KitCard> | undefined;

  constructor(options: HubRigOptions) {
    this.options = options;
    this.graceMs = options.graceMs ?? 500;
  }

  /** What the hub's enrolment server shows of itself. Errors: Failure. */
  root(): Promise<PinnedRoot> {
    const { url, root } = this.options;
    this.#root ??= pinnedRoot(url, root);
    return this.#root;
  }

  /** The same for all checks. Errors: Failure, also the second time. */
  ceremony(): Promise<Ceremony> {
    const { url, codes } = this.options;
    this.#ceremony ??= this.root().then(root => enrolAll(url, root, codes));
    return this.#ceremony;
  }

  /** The last enrolment of the first code's terminal. Errors: NotTried. */
  async enrolment(): Promise<Enrolled> {
    const { enrolled } = await needs('enrolment', () => this.ceremony());
    const [first] = enrolled;
    const last = enrolled.filter(({ terminal }) => terminal === first?.terminal).at(-1);
    if (!last) throw new NotTried('needs an enrolled terminal; none could be enrolled');
    return last;
  }

  /** Its connection to the broker. Errors: NotTried. */
  async terminal(): Promise<TerminalClient> {
    return this.#connected(await this.enrolment());
  }

  /** An earlier enrolment of that terminal. Errors: NotTried where no code was for it. */
  async former(): Promise<Enrolled> {
    const last = await this.enrolment();
    const { enrolled } = await this.ceremony();
    const former = enrolled.find(one => one !== last && one.terminal === last.terminal);
    if (!former) throw new NotTried(`needs a further --code for the terminal ${last.terminal}`);
    return former;
  }

  /** The last enrolment of another terminal. Errors: NotTried where no code was for one. */
  async otherEnrolment(): Promise<Enrolled> {
    const { terminal } = await this.enrolment();
    const { enrolled } = await this.ceremony();
    const other = enrolled.filter(one => one.terminal !== terminal).at(-1);
    if (!other) throw new NotTried(`needs a further --code for another terminal than ${terminal}`);
    return other;
  }

  async other(): Promise<TerminalClient> {
    return this.#connected(await this.otherEnrolment());
  }

  /** Errors: NotTried where no cards are named. */
  card(): Promise<KitCard> {
    const { cards } = this.options;
    if (cards === undefined)
      throw new NotTried('needs --cards: a card that the hub knows (npm run simulator -- cards --out DIR)');
    this.#card ??= readKitCard(cards);
    return this.#card;
  }

  async #connected(enrolled: Enrolled): Promise<TerminalClient> {
    const known = this.#clients.get(enrolled.terminal);
    if (known?.isConnected) return known;
    const client = await needs('a connection to the broker', () =>
      TerminalClient.connect(enrolled, this.broken),
    );
    this.#clients.set(enrolled.terminal, client);
    return client;
  }

  /** The beginning of a check, which another check judges. Errors: NotTried. */
  begin<T>(work: () => Promise<T>): Promise<T> {
    return needs('its beginning', work);
  }

  /** The terminal's connection after the hub was killed and started again. Errors: NotTried. */
  async restarted(): Promise<TerminalClient> {
    const { restart } = this.options;
    if (!restart) return this.lacks('--restart: a command that kills the hub and starts it again');
    await restart();
    return this.reached();
  }

  /** The terminal's connection, once the hub answers. Errors: NotTried where it does not within a minute. */
  async reached(): Promise<TerminalClient> {
    const deadline = performance.now() + 60_000;
    for (;;) {
      try {
        const terminal = await this.terminal();
        await terminal.ask({ ask: 'probe' }, { waitsMs: 2_000 });
        return terminal;
      } catch (error) {
        if (performance.now() > deadline) throw new NotTried(`needs a hub that answers again (${error})`);
        await new Promise(resolve => setTimeout(resolve, 200));
      }
    }
  }

  /** Ends a check that lacks something. Errors: NotTried. */
  lacks(what: string): never {
    throw new NotTried(`needs ${what}`);
  }

  /** Resolves when the hub has answered what came before, and has had time to answer what it must not answer. */
  async quiet(terminal: TerminalClient): Promise<void> {
    const askedMs = performance.now();
    await needs('an answer to a probe', () => terminal.ask({ ask: 'probe' }));
    const tookMs = performance.now() - askedMs;
    await new Promise(resolve => setTimeout(resolve, Math.max(this.graceMs, graceProbes * tookMs)));
  }

  async close(): Promise<void> {
    await Promise.all([...this.#clients.values()].map(client => client.close()));
  }
}
