// Kills with -9, and brings back: also those who are just coming back. Knows who was killed, and when.
import { bringBack, kill, type Victim } from '../../simulator/faults/victims.ts';
import type { Shop } from '../../simulator/shop/shop.ts';
import type { JournalCopy } from './journal-copy.ts';
import type { Strike } from './plan.ts';

export interface Struck {
  /** Those who were there to be killed. */
  killed: readonly Victim[];
  /** ms since 1970, right after the signals were sent. */
  wall: number;
}

export class Striker {
  readonly #shop: Shop;
  readonly #journal: JournalCopy;
  readonly #onStruck: (struck: Struck) => void;
  /** Since the process that starts it has last begun: each makes the next restart slower. */
  readonly #deaths = { gate: 0, native: 0 };
  readonly #lives = new Map<Victim, number>();
  readonly #comingBack = new Map<Victim, Promise<void>>();

  constructor(shop: Shop, journal: JournalCopy, onStruck: (struck: Struck) => void) {
    this.#shop = shop;
    this.#journal = journal;
    this.#onStruck = onStruck;
  }

  /** Resolves when they are dead; `back` when they are back, unless one was killed again meanwhile. */
  async strike({ victims, forgetful }: Strike): Promise<{ back: Promise<void> }> {
    const aimed = victims.filter(victim => victim !== 'broker' || !this.#comingBack.has('broker'));
    for (const victim of aimed) this.#lives.set(victim, (this.#lives.get(victim) ?? 0) + 1);
    const killing = aimed.map(victim => kill(this.#shop, victim));
    const wall = Date.now();
    const hit = await Promise.all(killing);
    const killed = aimed.filter((_, nth) => hit[nth]);
    this.#count(killed);
    this.#onStruck({ killed, wall });
    if (killed.includes('agent')) await this.#journal.read();
    const back = Promise.all(killed.map(victim => this.#bringBack(victim, forgetful))).then(() => {});
    back.catch(() => undefined); // reported to those who wait for it, perhaps later
    return { back };
  }

  /** Who has died so often that the next restart would take long, and whose death makes it short again. */
  get tired(): Victim | undefined {
    if (this.#deaths.gate > 3) return 'agent';
    return this.#deaths.native > 2 ? 'gate' : undefined;
  }

  /** Resolves when no process is being restarted any more. */
  async settled(): Promise<void> {
    while (this.#comingBack.size > 0) await Promise.all(this.#comingBack.values());
  }

  #bringBack(victim: Victim, forgetful: boolean): Promise<void> {
    const life = this.#lives.get(victim);
    const before = this.#comingBack.get(victim) ?? Promise.resolve();
    const back = before
      .then(() => bringBack(this.#shop, victim, { forgetful }))
      .catch(error => {
        if (this.#lives.get(victim) === life) throw error; // else it was killed again before it was there
      })
      .finally(() => {
        if (this.#comingBack.get(victim) === back) this.#comingBack.delete(victim);
      });
    this.#comingBack.set(victim, back);
    return back;
  }

  #count(killed: readonly Victim[]): void {
    if (killed.includes('native')) this.#deaths.native++;
    if (killed.includes('gate')) {
      this.#deaths.gate++;
      this.#deaths.native = 0;
    }
    if (killed.includes('agent')) this.#deaths.gate = 0;
  }
}
