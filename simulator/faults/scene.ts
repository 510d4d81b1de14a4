// What a fault may change: the shop with all its parts, and the visit in which it is played.
import type { IssueOptions } from '../card/authority.ts';
import type { VirtualCard } from '../card/virtual-card.ts';
import { goodHabits, type Habit } from '../customer/customer.ts';
import { asProposed, type Wish } from '../customer/wish.ts';
import { cardPin } from '../shop/card-pin.ts';
import type { Shop } from '../shop/shop.ts';

/** Who comes, and for what. */
export interface Visitor {
  resident: string;
  kind: string;
}

const usualVisitor: Visitor = { resident: 'm101', kind: 'juminhyo' };

export class Scene {
  readonly shop: Shop;
  /** The resident (an id of simulator/hub/residents), the card, the order, and the PIN that is typed. A fault may change each. */
  resident: string;
  cardOptions: IssueOptions = { pin: cardPin };
  wish: Wish;
  pin = cardPin;
  /** The card that is inserted. Undefined before the visit. */
  card: VirtualCard | undefined;
  readonly #habits: Habit[] = [];
  readonly #cardChanges: ((card: VirtualCard) => void)[] = [];
  readonly #undoing: (() => unknown)[] = [];
  readonly #acting: Promise<unknown>[] = [];

  constructor(shop: Shop, { resident, kind }: Visitor = usualVisitor) {
    this.shop = shop;
    this.resident = resident;
    this.wish = asProposed(kind);
  }

  get habits(): readonly Habit[] {
    return [...this.#habits, waitsForTheScreen(), ...goodHabits];
  }

  /** Adds habits of this customer. They come before the good habits and before those that were added earlier. */
  does(...habits: Habit[]): void {
    this.#habits.unshift(...habits);
  }

  withCard(change: (card: VirtualCard) => void): void {
    this.#cardChanges.push(change);
  }

  /** Puts a behaviour in front of a part's own, until the visit is over. The returned function removes it earlier. */
  put<T>(behaviours: T[], behaviour: T): () => void {
    behaviours.unshift(behaviour);
    const remove = () => takeAway(behaviours, behaviour);
    this.undo(remove);
    return remove;
  }

  /** Adds work that restores the shop after the visit. The work that was added last runs first. */
  undo(work: () => unknown): void {
    this.#undoing.push(work);
  }

  /** Starts `work`. The end of the visit waits for it. */
  act(work: () => unknown): void {
    const done = (async () => work())();
    done.catch(() => undefined); // `acted` rejects with the error
    this.#acting.push(done);
  }

  /** Acts once, when the transaction has come to state `at` (by `event`). The end of the visit waits for it. */
  atState(at: string, act: () => unknown, event?: string): void {
    const stop = this.shop.onLog(({ msg, fields }) => {
      if (msg !== 'step' || fields.at !== at || (event !== undefined && fields.event !== event)) return;
      stop();
      this.act(act);
    });
    this.undo(stop);
  }

  /** Makes the resident's card, with the changes of the faults. */
  async makeCard(): Promise<VirtualCard> {
    const card = await this.shop.card(this.resident, this.cardOptions);
    for (const change of this.#cardChanges) change(card);
    this.card = card;
    return card;
  }

  /** Resolves when everything that `act` started is done. Errors: the first that such work threw. */
  async acted(): Promise<void> {
    await Promise.all(this.#acting);
  }

  async tidyUp(): Promise<void> {
    await this.acted();
    for (let work = this.#undoing.pop(); work; work = this.#undoing.pop()) await work();
  }
}

/**
 * A customer who waits when the screen closes. The screen that comes back shows one of two things: how the visit ended; or,
 * if the end was recorded before the screen could show it, that the terminal is ready for the next customer.
 */
function waitsForTheScreen(): Habit {
  let wasClosed = false;
  return (seen, { hands, leave }) => {
    if (seen.is === 'closed') wasClosed = true;
    else if (wasClosed && seen.is === 'prompt' && ready.has(seen.prompt.id)) {
      hands.takeCard();
      leave(seen.prompt.id);
    } else return false;
    return true;
  };
}

const ready: ReadonlySet<string> = new Set(['insertCard', 'takeCard']);

/** Removes `behaviour` from `behaviours`, if it is there. */
export function takeAway<T>(behaviours: T[], behaviour: T): void {
  const at = behaviours.indexOf(behaviour);
  if (at >= 0) behaviours.splice(at, 1);
}
