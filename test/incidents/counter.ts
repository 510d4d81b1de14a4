// A shop's counter: a real terminal with its devices and panel, visits at it, and every sheet that leaves its printer.
import type { CardAuthority } from '../../simulator/card/authority.ts';
import { visit } from '../../simulator/customer/customer.ts';
import { type FrontPanel, openFrontPanel } from '../../simulator/customer/front-panel.ts';
import { asProposed } from '../../simulator/customer/wish.ts';
import { catalogueOn } from '../../simulator/hub/catalogue/catalogue.ts';
import type { RunningHub } from '../../simulator/hub/process/hub.ts';
import type { Entry } from '../../simulator/hub/residents/register.ts';
import { cardPin } from '../../simulator/shop/card-pin.ts';
import { reconcile } from '../../simulator/shop/reconcile.ts';
import type { LedgerRow } from '../../simulator/shop/shop.ts';
import { handsAt } from '../../simulator/terminal/hands.ts';
import type { LogEntry } from '../../simulator/terminal/log-entry.ts';
import { type RunningTerminal, startTerminal } from '../../simulator/terminal/start-terminal.ts';
import { untilShown } from '../../simulator/terminal/until-shown.ts';
import type { Expected, Sheet } from './judge.ts';

export interface CounterOptions {
  /** A folder for it only; the path is short. */
  dir: string;
  name: string;
  hub: RunningHub;
  authority: CardAuthority;
  /** The agent's main file, where it is not ours. */
  agentMain?: string;
}

export interface Visitor {
  entry: Entry;
  kind: string;
}

/** Two residents in the same second, each at a counter. */
export type Pair = readonly [Visitor, Visitor];
export type Counters = readonly [Counter, Counter];

/** One visit and what came of it. */
export interface Visited {
  counter: Counter;
  expected: Expected;
  /** Id of the last prompt. */
  lastPrompt: string;
  row: LedgerRow;
  /** Sheets that came out during the visit, and those that came out since the visit before with nobody there. */
  sheets: Sheet[];
  keptYen: number;
}

/** On a page of 住民票の写し. */
const membersPerPage = 4;

export class Counter {
  readonly name: string;
  readonly terminal: RunningTerminal;
  readonly #options: CounterOptions;
  readonly #panel: FrontPanel;
  readonly #sheets: Sheet[] = [];
  #present: string | undefined;
  #transaction = Promise.withResolvers<string>();

  private constructor(
    options: CounterOptions,
    terminal: RunningTerminal,
    panel: FrontPanel,
    listeners: Set<(entry: LogEntry) => void>,
  ) {
    listeners.add(({ msg, fields }) => {
      if (msg === 'step' && fields.event === 'started') this.#transaction.resolve(String(fields.transaction));
    });
    this.name = options.name;
    this.#options = options;
    this.terminal = terminal;
    this.#panel = panel;
    terminal.devices.pagePrinter.behaviours.push({
      name: 'watch', // the last: it is asked for sides that nothing holds
      onPage: ({ job, side }, { stopped }) => {
        if (!stopped) this.#sheets.push({ job, side, during: this.#present });
        return undefined;
      },
    });
  }

  static async open(options: CounterOptions): Promise<Counter> {
    const { dir, name, hub, agentMain } = options;
    const listeners = new Set<(entry: LogEntry) => void>();
    const terminal = await startTerminal({
      dir,
      hub: { ...hub, code: hub.createEnrolmentCode({ terminal: name }) },
      ...(agentMain && { agentMain }),
      onDevice: () => undefined,
      onLog(entry) {
        for (const listener of listeners) listener(entry);
      },
    });
    try {
      return new Counter(options, terminal, await openFrontPanel(terminal.panelSocket), listeners);
    } catch (error) {
      await terminal.close();
      throw error;
    }
  }

  isOpen = (): Promise<void> => untilShown(this.#panel, 'insertCard');

  /** From the card in to the end in the hub's ledger. `enlarged`: how the household is at the issuing service. */
  async visit({ entry, kind }: Visitor, enlarged: (entry: Entry) => Entry = same => same): Promise<Visited> {
    const { hub, authority } = this.#options;
    const { till } = this.#panel;
    await this.isOpen();
    const card = authority.issue({ pin: cardPin });
    hub.bindCard(entry.resident.id, (await card.credential('auth')).certificate);
    const kept = till.keptYen;
    const began = Date.now();
    this.#transaction = Promise.withResolvers();
    this.#present = entry.resident.id;
    const lastPrompt = await visit(this.#panel, handsAt(this.terminal.devices, card), {
      pin: cardPin,
      wish: asProposed(kind),
    });
    this.#present = undefined;
    const transaction = await this.#transaction.promise;
    const row = await this.#ended(transaction);
    const between = [began, Date.now()] as const;
    return {
      counter: this,
      expected: { entry, transaction, between, ...contentOf(enlarged(entry), kind, began) },
      lastPrompt,
      row,
      sheets: this.sheetsSoFar(),
      keptYen: till.keptYen - kept,
    };
  }

  /** Sheets that came out since the last call. */
  sheetsSoFar = (): Sheet[] => this.#sheets.splice(0);

  async #ended(transaction: string): Promise<LedgerRow> {
    for (;;) {
      const row = this.#options.hub.ledger.transactions().find(one => one.transaction === transaction);
      if (row?.outcome) return row;
      await new Promise(resolve => setTimeout(resolve, 20));
    }
  }

  /** Whether money, paper and ledger agree (simulator/shop/reconcile.ts); one sentence for each difference. */
  reconciled(): string[] {
    const { hub } = this.#options;
    const ofMine = <Row extends { terminal: string }>(rows: Row[]): Row[] =>
      rows.filter(({ terminal }) => terminal === this.name);
    const ledger = {
      ...hub.ledger,
      transactions: () => ofMine(hub.ledger.transactions()),
      alarms: () => ofMine(hub.ledger.alarms()),
    };
    const { terminal } = this;
    return reconcile({ hub: { ...hub, ledger }, terminal, panel: this.#panel, slipsLost: new Set() });
  }

  /** The agent ends, `between` is done, and it starts again. */
  async restarted(between: () => Promise<void>): Promise<void> {
    await this.terminal.agent.stop();
    await between();
    await this.terminal.agent.start();
    await this.#panel.reopen(this.terminal.panelSocket);
  }

  async close(): Promise<void> {
    await this.#panel.close();
    await this.terminal.close();
  }
}

/** What the pages of this certificate say of the resident. */
function contentOf(
  { resident, household }: Entry,
  kind: string,
  wall: number,
): Pick<Expected, 'title' | 'pages'> {
  const title = catalogueOn(wall)[household.municipality]?.kinds[kind]?.title ?? kind;
  if (kind !== 'juminhyo') {
    const year = kind === 'zei' ? offeredYear(household.municipality, wall) : [];
    return { title, pages: [[resident.name, household.address, ...year]] };
  }
  const names = household.members.map(({ name }) => name);
  const pages = Array.from({ length: Math.ceil(names.length / membersPerPage) }, (_, i) => [
    household.address,
    ...names.slice(i * membersPerPage, (i + 1) * membersPerPage),
  ]);
  return { title, pages };
}

const offeredYear = (municipality: string, wall: number): string[] =>
  catalogueOn(wall)[municipality]?.kinds.zei?.options.flatMap(({ values }) => values.map(one => one.title)) ??
  [];
