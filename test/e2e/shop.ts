// A whole shop for one test file: hub, terminal and front panel on real endpoints, and residents who come in.
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type CardAuthority, makeCardAuthority } from '../../simulator/card/authority.ts';
import type { VirtualCard } from '../../simulator/card/virtual-card.ts';
import { type Habit, type Hands, visit } from '../../simulator/customer/customer.ts';
import { type FrontPanel, openFrontPanel } from '../../simulator/customer/front-panel.ts';
import { asProposed, type Wish } from '../../simulator/customer/wish.ts';
import { type HubOptions, type RunningHub, startHub } from '../../simulator/hub/hub.ts';
import type { LogEntry } from '../../simulator/terminal/log-entry.ts';
import { type RunningTerminal, startTerminal } from '../../simulator/terminal/start-terminal.ts';
import { untilShown } from '../../simulator/terminal/until-shown.ts';

export interface VisitOptions {
  resident: string;
  /** What is typed; the card's own by default. */
  pin?: string;
  kind?: string;
  wish?: Wish;
  habits?: readonly Habit[];
}

const cardPin = '4711';
/** Longest wait for the terminal to open, or to open again, in ms. */
const openWithinMs = 30_000;

export class Shop {
  readonly dir: string;
  readonly hub: RunningHub;
  readonly terminal: RunningTerminal;
  panel: FrontPanel;
  readonly log: LogEntry[];
  readonly #authority: CardAuthority;
  readonly #listeners: Set<(entry: LogEntry) => void>;

  private constructor(
    parts: Pick<Shop, 'dir' | 'hub' | 'terminal' | 'panel' | 'log'>,
    authority: CardAuthority,
    listeners: Set<(entry: LogEntry) => void>,
  ) {
    this.dir = parts.dir;
    this.hub = parts.hub;
    this.terminal = parts.terminal;
    this.panel = parts.panel;
    this.log = parts.log;
    this.#authority = authority;
    this.#listeners = listeners;
  }

  static async open(behaviours?: HubOptions['behaviours']): Promise<Shop> {
    const dir = await mkdtemp(join(tmpdir().length > 40 ? '/tmp' : tmpdir(), 'shop-'));
    const authority = await makeCardAuthority();
    const log: LogEntry[] = [];
    const listeners = new Set<(entry: LogEntry) => void>();
    const hub = await startHub({
      dir: join(dir, 'hub'),
      cardAuthority: [authority],
      say: () => undefined,
      ...(behaviours && { behaviours }),
    });
    await mkdir(join(dir, 't'));
    const terminal = await startTerminal({
      dir: join(dir, 't'),
      hub: { ...hub, code: hub.createEnrolmentCode({ terminal: 'shop-1' }) },
      onDevice: () => undefined,
      onLog: entry => {
        log.push(entry);
        for (const listener of listeners) listener(entry);
      },
    });
    const panel = await openFrontPanel(terminal.panelSocket);
    return new Shop({ dir, hub, terminal, panel, log }, authority, listeners);
  }

  /** A card of this resident's, known to the hub. */
  async card(resident: string): Promise<VirtualCard> {
    const card = this.#authority.issue({ pin: cardPin });
    this.hub.bindCard(resident, (await card.credential('auth')).certificate);
    return card;
  }

  /** Resolves when the screen asks for a card. */
  isOpen = (): Promise<void> => untilShown(this.panel, 'insertCard', openWithinMs);

  /** One visit; resolves with the last screen's id. */
  async visit({
    resident,
    pin = cardPin,
    kind = 'juminhyo',
    wish = asProposed(kind),
    habits,
  }: VisitOptions): Promise<string> {
    await this.isOpen();
    const card = await this.card(resident);
    return visit(this.panel, this.hands(card), { pin, wish, ...(habits && { habits }) });
  }

  hands(card: VirtualCard): Hands {
    const { reader, pinpad } = this.terminal.devices;
    return {
      putCardIn: () => reader.insert(card),
      takeCard: () => {
        if (reader.card) reader.remove();
      },
      typePin: digits => {
        pinpad.type(digits);
        pinpad.enter();
      },
    };
  }

  /** The next log entry that fits. */
  logged(fits: (entry: LogEntry) => boolean): Promise<LogEntry> {
    return new Promise(resolve => {
      const listen = (entry: LogEntry) => {
        if (!fits(entry)) return;
        this.#listeners.delete(listen);
        resolve(entry);
      };
      this.#listeners.add(listen);
    });
  }

  /** Resolves when a transaction has come to state `at`. */
  reached = (at: string): Promise<LogEntry> =>
    this.logged(({ msg, fields }) => msg === 'step' && fields.at === at);

  /** Resolves when event `is` has been taken. */
  happened = (is: string): Promise<LogEntry> =>
    this.logged(({ msg, fields }) => msg === 'step' && fields.event === is);

  /** The ledger's row of a transaction that has ended since the last call. */
  async ended(): Promise<ReturnType<RunningHub['ledger']['transactions']>[number]> {
    for (;;) {
      const rows = this.hub.ledger.transactions();
      const row = rows.find(({ outcome, transaction }) => outcome !== null && !this.#told.has(transaction));
      if (row) {
        this.#told.add(row.transaction);
        return row;
      }
      await new Promise(resolve => setTimeout(resolve, 20));
    }
  }
  readonly #told = new Set<string>();

  async close(): Promise<void> {
    await this.panel.close();
    await this.terminal.close();
    await this.hub.close();
    await rm(this.dir, { recursive: true, force: true });
  }
}
