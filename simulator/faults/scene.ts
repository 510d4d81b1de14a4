// What a fault may touch: the shop with all its parts, and the one visit that it is played in.
import type { IssueOptions } from '../card/authority.ts';
import type { VirtualCard } from '../card/virtual-card.ts';
import { goodHabits, type Habit } from '../customer/customer.ts';
import { asProposed, type Wish } from '../customer/wish.ts';
import { cardPin, type Shop } from '../shop/shop.ts';

export class Scene {
  readonly shop: Shop;
  /** Who comes (simulator/hub/residents), with which card, what in mind, and what is typed. */
  resident = 'm101';
  cardOptions: IssueOptions = { pin: cardPin };
  wish: Wish = asProposed('juminhyo');
  pin = cardPin;
  /** The card that is put in; there once the visit begins. */
  card: VirtualCard | undefined;
  readonly #habits: Habit[] = [];
  readonly #cardChanges: ((card: VirtualCard) => void)[] = [];
  readonly #undoing: (() => unknown)[] = [];
  readonly #acting: Promise<unknown>[] = [];

  constructor(shop: Shop) {
    this.shop = shop;
  }

  get habits(): readonly Habit[] {
    return [...this.#habits, staysInTheDark(), ...goodHabits];
  }

  /** Habits of this customer's, before the good ones and those that were added earlier. */
  does(...habits: Habit[]): void {
    this.#habits.unshift(...habits);
  }

  withCard(change: (card: VirtualCard) => void): void {
    this.#cardChanges.push(change);
  }

  /** Puts a behaviour in front of a part's own, until the visit is over. */
  put<T>(behaviours: T[], behaviour: T): () => void {
    behaviours.unshift(behaviour);
    const remove = () => takeAway(behaviours, behaviour);
    this.undo(remove);
    return remove;
  }

  /** Done when the visit is over, the last first: the shop is then as it was. */
  undo(work: () => unknown): void {
    this.#undoing.push(work);
  }

  /** Acts, and has the visit's end wait for it. */
  act(work: () => unknown): void {
    const done = (async () => work())();
    done.catch(() => undefined); // `acted` tells of it
    this.#acting.push(done);
  }

  /** Acts once, when the transaction has come to state `at` (by `event`); the visit's end waits for it. */
  atState(at: string, act: () => unknown, event?: string): void {
    const stop = this.shop.onLog(({ msg, fields }) => {
      if (msg !== 'step' || fields.at !== at || (event !== undefined && fields.event !== event)) return;
      stop();
      this.act(act);
    });
    this.undo(stop);
  }

  /** The card of who comes, as the faults have it. */
  async makeCard(): Promise<VirtualCard> {
    const card = await this.shop.card(this.resident, this.cardOptions);
    for (const change of this.#cardChanges) change(card);
    this.card = card;
    return card;
  }

  /** What was begun at a state has been done. */
  async acted(): Promise<void> {
    await Promise.all(this.#acting);
  }

  async tidyUp(): Promise<void> {
    await this.acted();
    for (let work = this.#undoing.pop(); work; work = this.#undoing.pop()) await work();
  }
}

/**
 * Who plays a fault waits for the screen to come back, and sees what it says then: how it ended, or, where that was on
 * record before the screen could say it, that the terminal is ready for the next one.
 */
function staysInTheDark(): Habit {
  let wasDark = false;
  return (seen, { hands, leave }) => {
    if (seen.is === 'closed') wasDark = true;
    else if (wasDark && seen.is === 'prompt' && ready.has(seen.prompt.id)) {
      hands.takeCard();
      leave(seen.prompt.id);
    } else return false;
    return true;
  };
}

const ready: ReadonlySet<string> = new Set(['insertCard', 'takeCard']);

/** Nothing happens where it is not there. */
export function takeAway<T>(behaviours: T[], behaviour: T): void {
  const at = behaviours.indexOf(behaviour);
  if (at >= 0) behaviours.splice(at, 1);
}
