// Plays sets of faults in a shop, one visit a set, each as a test: its end is as expected, and all books agree.
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { Fault } from '../../../simulator/faults/fault.ts';
import { type Played, playFaults, shortWaits } from '../../../simulator/faults/faulty-visit.ts';
import { Shop, type ShopOptions } from '../../../simulator/shop/shop.ts';

/** Visits to one shop: processes that died often come back after ever longer pauses. */
const maxVisits = 6;

/** A shop that is replaced when a fault has spoilt it, by its nature or because something went wrong, and now and then. */
export class Stage {
  #shop: Shop | undefined;
  #visits = 0;
  /** Heard by whoever wants to look at a shop's books before it closes. */
  readonly #onClose: ((shop: Shop) => void) | undefined;
  readonly #hub: NonNullable<ShopOptions['hub']>;

  constructor(onClose?: (shop: Shop) => void, hub: NonNullable<ShopOptions['hub']> = 'inside') {
    this.#onClose = onClose;
    this.#hub = hub;
  }

  async play(faults: readonly Fault[]): Promise<Played> {
    this.#shop ??= await Shop.open({ waits: shortWaits, hub: this.#hub });
    const played = await playFaults(this.#shop, faults);
    const isSpoilt = played.wrong.length > 0 || faults.some(({ expected }) => expected.staysClosed);
    if (isSpoilt || ++this.#visits === maxVisits) await this.close();
    return played;
  }

  async close(): Promise<void> {
    const shop = this.#shop;
    this.#shop = undefined;
    this.#visits = 0;
    if (!shop) return;
    this.#onClose?.(shop);
    await shop.close();
  }
}

export const nameOf = (faults: readonly Fault[]): string => faults.map(({ name }) => name).join(' + ');

/** What went wrong, with the end that was reached instead. */
export const complaintsOf = ({ wrong, row }: Played): string[] =>
  wrong.length === 0 ? [] : [...wrong, `(${row?.outcome} ${row?.code})`];

/**
 * One test for each set. `onClose` looks at the books of each shop; `last` is checked when all are closed; `hub`: as
 * Shop.open has it.
 */
export function testFaults(
  title: string,
  sets: readonly (readonly Fault[])[],
  options: Pick<ShopOptions, 'hub'> & {
    onClose?: (shop: Shop) => void;
    last?: [name: string, check: () => void];
  } = {},
): void {
  const test = suite(title);
  const { onClose, last, hub } = options;
  const stage = new Stage(onClose, hub);
  test.after(() => stage.close());
  for (const faults of sets)
    test(nameOf(faults), async () => assert.equal(complaintsOf(await stage.play(faults)), []));
  if (last)
    test(last[0], async () => {
      await stage.close();
      last[1]();
    });
  test.run();
}
