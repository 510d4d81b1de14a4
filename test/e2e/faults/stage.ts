// A place to play sets of faults, one visit a set: a shop, or several side by side.
import type { Fault } from '../../../simulator/faults/fault.ts';
import { type Played, playFaults, shortWaits } from '../../../simulator/faults/faulty-visit.ts';
import { Shop, type ShopOptions } from '../../../simulator/shop/shop.ts';
import { stock } from '../../shop-stock.ts';

export interface StageOptions {
  /** As Shop.open has them; default `inside` and `shortWaits`. */
  hub?: ShopOptions['hub'];
  waits?: ShopOptions['waits'];
  /** Visits to one shop. Default 40. */
  visits?: number;
  /** Looks at a shop's books before it closes. */
  onClose?(shop: Shop): void;
}

/** A shop that is replaced when a fault has spoilt it, by its nature or because something went wrong, and now and then. */
export class Stage {
  #shop: Shop | undefined;
  #visits = 0;
  readonly #options: StageOptions;

  constructor(options: StageOptions = {}) {
    this.#options = options;
  }

  async play(faults: readonly Fault[]): Promise<Played> {
    const { onClose: _, visits = 40, ...shopOptions } = this.#options;
    this.#shop ??= await Shop.open({ waits: shortWaits, stock, ...shopOptions });
    const played = await playFaults(this.#shop, faults);
    const isSpoilt = played.wrong.length > 0 || faults.some(({ expected }) => expected.staysClosed);
    if (isSpoilt || ++this.#visits === visits) await this.close();
    return played;
  }

  async close(): Promise<void> {
    const shop = this.#shop;
    this.#shop = undefined;
    this.#visits = 0;
    if (!shop) return;
    this.#options.onClose?.(shop);
    await shop.close();
  }
}

/**
 * Plays all sets in `shops` shops side by side, in order, for a visit mostly waits. One promise a set, of what `play` makes of
 * it; `closed` settles when all shops are closed.
 */
export function playAll<T>(
  sets: readonly (readonly Fault[])[],
  { shops, ...options }: StageOptions & { shops: number },
  play: (stage: Stage, faults: readonly Fault[]) => Promise<T>,
): { played: readonly Promise<T>[]; closed: Promise<void> } {
  const results = sets.map(() => Promise.withResolvers<T>());
  for (const { promise } of results) promise.catch(() => undefined); // whoever awaits it gets the error
  let next = 0;
  const work = async () => {
    const stage = new Stage(options);
    try {
      for (let nth = next++; nth < sets.length; nth = next++)
        await play(stage, sets[nth]!).then(results[nth]!.resolve, results[nth]!.reject);
    } finally {
      await stage.close();
    }
  };
  const closed = Promise.all(Array.from({ length: Math.min(shops, sets.length) }, work)).then(
    () => undefined,
  );
  closed.catch(error => {
    for (const { reject } of results) reject(error); // does nothing to those that are settled
  });
  return { played: results.map(({ promise }) => promise), closed };
}
