// A whole shop: hub, terminal and front panel on real endpoints, and visits of residents, each with a card of their own.
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type CardAuthority, type IssueOptions, makeCardAuthority } from '../card/authority.ts';
import type { VirtualCard } from '../card/virtual-card.ts';
import { type Habit, type Hands, visit } from '../customer/customer.ts';
import { type FrontPanel, openFrontPanel } from '../customer/front-panel.ts';
import { asProposed, type Wish } from '../customer/wish.ts';
import { type HubOptions, type RunningHub, startHub } from '../hub/process/hub.ts';
import { startHubProcess } from '../hub/process/hub-process.ts';
import { closeAll } from '../interrupted.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import type { DeviceSay } from '../terminal/devices.ts';
import { handsAt } from '../terminal/hands.ts';
import type { LogEntry } from '../terminal/log-entry.ts';
import { type RunningTerminal, startTerminal } from '../terminal/start-terminal.ts';
import { onPart } from '../terminal/terminal-error.ts';
import { untilShown } from '../terminal/until-shown.ts';
import { cardPin } from './card-pin.ts';
import { Stock, stockedCards } from './stock.ts';

export interface ShopOptions {
  /** Working folder: it exists, and the caller removes it. Default: a new one. Its path is short, for it holds sockets. */
  dir?: string;
  /** The terminal's id; default `shop-1`. */
  name?: string;
  /** Time limits of the terminal, in ms. Default: those of the hub's configuration. */
  waits?: HubOptions['waits'];
  /** `process`: the hub is a process that can be killed. `inside` (default): behaviours can be added to the hub. */
  hub?: 'inside' | 'process';
  /** What the hub speaks with the terminal. Default: what this software speaks. */
  contract?: HubOptions['contract'];
  /** Folder with stored enrolments. The shop copies one from there; if there is none, it stores its own for later shops. */
  stock?: string | undefined;
  /** A command in front of the agent's: another network, for example. */
  wrapAgent?: readonly string[];
  /** Called with the terminal's home before its agent starts. */
  onHome?(home: string): Promise<void>;
  /** Receives each enrolment request at the hub inside, and its answer. Nothing is enrolled where `stock` has it. */
  onEnrolment?: HubOptions['onEnrolment'];
  /** Receives the log lines of the hub. */
  say?(line: string): void;
  onDevice?: DeviceSay;
  onLog?(entry: LogEntry): void;
  /** What is started next. What was started before it is up. */
  onStarting?(part: 'hub' | 'devices' | 'enrolment' | 'agent'): void;
  /** When it is aborted while the shop opens, everything that was started is ended. */
  signal?: AbortSignal;
}

export interface VisitOptions {
  resident: string;
  /** The PIN that is typed. Default: the card's own. */
  pin?: string;
  /** The card that is inserted. Default: a new card of the resident. */
  card?: VirtualCard;
  kind?: string;
  wish?: Wish;
  habits?: readonly Habit[];
}

export type LedgerRow = ReturnType<RunningHub['ledger']['transactions']>[number];

export class Shop {
  readonly dir: string;
  readonly hub: RunningHub;
  readonly terminal: RunningTerminal;
  readonly panel: FrontPanel;
  readonly log: LogEntry[];
  readonly authority: CardAuthority;
  /**
   * Transactions whose claim slip may be missing or printed twice: the receipt printer was broken, or a process that prints
   * slips was killed. The screen showed the claim.
   */
  readonly slipsLost = new Set<string>();
  readonly #listeners: Set<(entry: LogEntry) => void>;
  readonly #reported = new Set<string>();
  readonly #close: () => Promise<void>;

  private constructor(
    parts: Pick<Shop, 'dir' | 'hub' | 'terminal' | 'panel' | 'log' | 'authority'>,
    listeners: Set<(entry: LogEntry) => void>,
    close: () => Promise<void>,
  ) {
    this.dir = parts.dir;
    this.hub = parts.hub;
    this.terminal = parts.terminal;
    this.panel = parts.panel;
    this.log = parts.log;
    this.authority = parts.authority;
    this.#listeners = listeners;
    this.#close = close;
  }

  /** If a part fails, all parts are ended. Errors: TerminalError with the condition; the reason of `signal`. */
  static async open(options: ShopOptions = {}): Promise<Shop> {
    const {
      name = 'shop-1',
      waits,
      say = () => {},
      onDevice = () => {},
      onLog,
      onStarting,
      signal,
    } = options;
    const stoppers: (() => Promise<unknown>)[] = [];
    const close = () => closeAll(stoppers.splice(0).reverse());
    try {
      const dir = options.dir ?? temporaryFolder('shop');
      if (options.dir === undefined) stoppers.push(() => rm(dir, { recursive: true, force: true }));
      const stock = options.stock === undefined ? undefined : new Stock(options.stock, { name, waits });
      if (stock) stoppers.push(async () => stock.giveUp());
      const enrolled = await stock?.take(join(dir, 'hub'));
      onStarting?.('hub');
      const authority = await makeCardAuthority(enrolled?.authority);
      const start = options.hub === 'process' ? startHubProcess : startHub;
      const starting = start({
        dir: join(dir, 'hub'),
        cardAuthority: [authority],
        say,
        ...(waits && { waits }),
        ...(options.contract && { contract: options.contract }),
        ...(options.onEnrolment && { onEnrolment: options.onEnrolment }),
      });
      const hub = await onPart('hub', starting);
      stoppers.push(hub.close);
      signal?.throwIfAborted();
      const log: LogEntry[] = [];
      const listeners = new Set<(entry: LogEntry) => void>();
      await mkdir(join(dir, 't'));
      const { enrolmentUrl, rootThumbprint } = hub;
      const terminal = await startTerminal({
        dir: join(dir, 't'),
        hub: { enrolmentUrl, rootThumbprint, code: hub.createEnrolmentCode({ terminal: name }) },
        ...(enrolled && { enrolled: { ...enrolled, broker: hub.brokerUrl } }),
        async onEnrolled(home, { pinpad }) {
          if (stock && !enrolled)
            await stock.put(
              { authority: await authority.stock(stockedCards), pinpad, home },
              join(dir, 'hub'),
            );
          await options.onHome?.(home);
        },
        ...(options.wrapAgent && { wrapAgent: options.wrapAgent }),
        onDevice,
        signal,
        ...(onStarting && { onStarting }),
        onLog: entry => {
          log.push(entry);
          onLog?.(entry);
          for (const listener of listeners) listener(entry);
        },
      });
      stoppers.push(terminal.close);
      signal?.throwIfAborted();
      const panel = await onPart('panel', openFrontPanel(terminal.panelSocket));
      const shop = new Shop({ dir, hub, terminal, panel, log, authority }, listeners, close);
      stoppers.push(() => shop.panel.close());
      return shop;
    } catch (error) {
      await close();
      throw error;
    }
  }

  /** A new card of this resident, registered at the hub. */
  async card(resident: string, options: IssueOptions = {}): Promise<VirtualCard> {
    const card = this.authority.issue({ pin: cardPin, ...options });
    this.hub.bindCard(resident, (await card.credential('auth')).certificate);
    return card;
  }

  /** Resolves when the screen asks for a card. Errors: TerminalError with the conditions that are not met. */
  isOpen = (): Promise<void> => untilShown(this.panel, 'insertCard');

  /** One visit. Resolves with the id of its last prompt. */
  async visit({ resident, pin = cardPin, kind = 'juminhyo', ...given }: VisitOptions): Promise<string> {
    const { wish = asProposed(kind), habits } = given;
    await this.isOpen();
    const card = given.card ?? (await this.card(resident));
    return visit(this.panel, this.hands(card), { pin, wish, ...(habits && { habits }) });
  }

  hands(card: VirtualCard): Hands {
    return handsAt(this.terminal.devices, card);
  }

  /** Starts a killed or stopped agent again, and connects the panel with its till to it. */
  async restart(): Promise<void> {
    await this.terminal.agent.start();
    await this.panel.reopen(this.terminal.panelSocket);
  }

  onLog(listener: (entry: LogEntry) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** The next log entry that fits. */
  logged(fits: (entry: LogEntry) => boolean): Promise<LogEntry> {
    return new Promise(resolve => {
      const stop = this.onLog(entry => {
        if (!fits(entry)) return;
        stop();
        resolve(entry);
      });
    });
  }

  /** Resolves when a transaction has come to state `at`. */
  reached = (at: string): Promise<LogEntry> =>
    this.logged(({ msg, fields }) => msg === 'step' && fields.at === at);

  /** Resolves when the transaction has processed event `is`. */
  happened = (is: string): Promise<LogEntry> =>
    this.logged(({ msg, fields }) => msg === 'step' && fields.event === is);

  /** The ledger's row of `wanted` when it has ended, or of an ended transaction that no call has returned yet. */
  async ended(wanted?: string): Promise<LedgerRow> {
    for (;;) {
      const row = this.hub.ledger
        .transactions()
        .find(
          ({ outcome, transaction }) =>
            outcome !== null && (wanted ? transaction === wanted : !this.#reported.has(transaction)),
        );
      if (row) {
        this.#reported.add(row.transaction);
        return row;
      }
      await new Promise(resolve => setTimeout(resolve, 20));
    }
  }

  /** Ends everything. Safe to call twice. */
  close(): Promise<void> {
    return this.#close();
  }
}
