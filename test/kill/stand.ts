// One shop whose processes are killed: visits with strikes, and at the end a comparison of its journal, its ledger and its books.
import { join } from 'node:path';
import { askStatus } from '../../provisioning/status/ask-status.ts';
import { playFaults, shortWaits } from '../../simulator/faults/faulty-visit.ts';
import type { Victim } from '../../simulator/faults/victims.ts';
import { reconcile } from '../../simulator/shop/reconcile.ts';
import { Shop } from '../../simulator/shop/shop.ts';
import { stock } from '../shop-stock.ts';
import { compare, readLedger } from './compare.ts';
import { JournalCopy } from './journal-copy.ts';
import type { Plan } from './plan.ts';
import { Striker, type Struck } from './striker.ts';
import { struckBetween, struckVisit } from './struck-visit.ts';

/** A strike with the plan's aim; none where it came by chance. */
export interface Noted extends Struck {
  aim?: { at: NonNullable<Plan['at']>; victims: readonly Victim[] };
}

/** A strike, and where the transaction stood by the journal. */
export interface Located extends Noted {
  step: { at: string; event: string } | undefined;
}

/** What was said, and done, with its time. */
export type Story = { ms: number; what: unknown }[];

/** Max wait until the ledger has all records, in ms. */
const drainMs = 60_000;

export class Stand {
  readonly shop: Shop;
  readonly story: Story;
  readonly struck: Noted[] = [];
  readonly #journal: JournalCopy;
  readonly #striker: Striker;
  #aim: Noted['aim'] | undefined;

  private constructor(shop: Shop, story: Story, onKill: (victims: readonly Victim[]) => void) {
    this.shop = shop;
    this.story = story;
    this.#journal = new JournalCopy(join(shop.terminal.home, 'agent'));
    this.#striker = new Striker(shop, this.#journal, struck => {
      this.struck.push({ ...struck, ...(this.#aim && { aim: this.#aim }) });
      this.#aim = undefined;
      story.push({ ms: struck.wall, what: { killed: struck.killed } });
      onKill(struck.killed);
    });
  }

  static async open(onKill: (victims: readonly Victim[]) => void): Promise<Stand> {
    const story: Story = [];
    const note = (what: unknown) => story.push({ ms: Date.now(), what });
    const shop = await Shop.open({ hub: 'process', stock, waits: shortWaits, onLog: note, say: note });
    return new Stand(shop, story, onKill);
  }

  /** One visit, and what happens until the next. One sentence for each thing that is not as it must be. */
  async play(plan: Plan): Promise<string[]> {
    this.story.push({ ms: Date.now(), what: { plan } });
    const aim = plan.at && { at: plan.at, victims: plan.strikes[0].victims };
    let aimed = false;
    const { wrong } = await playFaults(this.shop, [
      struckVisit(plan, this.#striker, () => {
        this.#aim = aim;
        aimed = true;
      }),
    ]);
    if (aim && !aimed) this.struck.push({ killed: [], wall: Date.now(), aim }); // its moment never came
    if (wrong.length === 0) await struckBetween(plan, this, this.#striker);
    return [...wrong];
  }

  /** Ends the terminal, when the hub has all that it has to have. What does not agree, and where the strikes have hit. */
  async close(): Promise<{ wrong: string[]; located: Located[] }> {
    const { shop } = this;
    try {
      const wrong = await this.#atTheEnd().catch(error => [String(error)]);
      const located = this.struck.map(struck => ({ ...struck, step: this.#journal.stepAt(struck.wall) }));
      return { wrong, located };
    } finally {
      await shop.close();
    }
  }

  async #atTheEnd(): Promise<string[]> {
    const { terminal, isOpen, dir } = this.shop;
    await this.#striker.settled();
    await isOpen();
    const until = performance.now() + drainMs;
    for (;;) {
      const { report } = await askStatus(terminal.panelSocket, drainMs);
      if (report.journal.waiting === 0) break;
      if (performance.now() > until) return [`${report.journal.waiting} records never reached the ledger`];
      await new Promise(resolve => setTimeout(resolve, 50));
    }
    await terminal.agent.stop();
    await this.#journal.read();
    const ledger = readLedger(join(dir, 'hub', 'ledger.db'), 'shop-1');
    return [...compare(this.#journal.entries, ledger), ...reconcile(this.shop)];
  }
}
