// The moments of a transaction at which something may happen to it, and a shop that can hold it there.
import * as assert from 'uvu/assert';
import { goodHabits, type Habit } from '../../simulator/customer/customer.ts';
import type { Seen } from '../../simulator/customer/front-panel.ts';
import { reconcile } from '../../simulator/shop/reconcile.ts';
import { Shop } from '../../simulator/shop/shop.ts';
import { stock } from '../shop-stock.ts';

type Moment = 'card' | 'pin' | 'authenticate' | 'choose' | 'confirm' | 'order' | 'cardReturned';
type LateMoment = 'fetch' | 'check' | 'pay' | 'capture' | 'print' | 'printing' | 'receipt';
export type AnyMoment = Moment | LateMoment;

/** Questions whose answer the hub keeps back, so that the state that waits for it lasts. */
const heldBack: Partial<Record<AnyMoment, Parameters<Shop['hub']['keepsBack']>[0]>> = {
  authenticate: 'challenge',
  order: 'order',
  cardReturned: 'fetch',
  fetch: 'fetch',
};

const prompt = (id: string) => (seen: Seen) => seen.is === 'prompt' && seen.prompt.id === id;
const question = (kind: string) => (seen: Seen) => seen.is === 'question' && seen.question.kind === kind;

/** What a resident does not answer at a moment, so that it lasts. */
const waitsAt: Partial<Record<AnyMoment, (seen: Seen) => boolean>> = {
  pin: prompt('enterPin'),
  choose: question('choose'),
  confirm: question('confirm'),
  cardReturned: prompt('takeCard'),
  pay: prompt('pay'),
};

export class MomentShop {
  readonly shop: Shop;

  private constructor(shop: Shop) {
    this.shop = shop;
  }

  static open = async (): Promise<MomentShop> => new MomentShop(await Shop.open({ stock }));

  /**
   * A resident comes as far as `moment`, `act` happens, then the rest takes its course and `after` puts things right.
   * A resident leaves when the screen goes dark, unless they wait.
   * What the screen said last, and the ledger's row.
   */
  async at(
    moment: AnyMoment,
    act: () => Promise<void>,
    { after = async () => {}, waitsInTheDark = false } = {},
  ) {
    const { shop } = this;
    const { till } = shop.panel;
    const over = Promise.withResolvers<void>();
    const kept = heldBack[moment];
    if (kept) shop.hub.keepsBack(kept, over.promise);
    const coins = till.coinsIn;
    let goOn: (() => void) | undefined;
    let acted = false;
    const waits: Habit = (seen, visit) => {
      if (acted || !waitsAt[moment]?.(seen)) return false;
      goOn = () => goodHabits.some(habit => habit(seen, visit));
      if (moment === 'pay' && till.coinsIn === coins) void insertHalf(shop);
      return true;
    };
    const stays: Habit = seen => waitsInTheDark && seen.is === 'closed';
    const come = this.#come(moment);
    const visiting = shop.visit({ resident: 'm101', habits: [waits, stays, ...goodHabits] });
    const early = visiting.then(last => assert.unreachable(`${moment} never came: ${last}`));
    await Promise.race([come, early]);
    early.catch(() => undefined); // from now on it may end as it likes
    if (moment === 'pay') while (till.coinsIn === coins) await tick();
    await act();
    acted = true;
    over.resolve();
    goOn?.();
    const last = await visiting;
    const { reader } = shop.terminal.devices;
    if (reader.card) reader.remove();
    await after();
    return { last, row: await shop.ended() };
  }

  /** The next resident is served, and all books agree. */
  async servesNext(): Promise<void> {
    const last = await this.shop.visit({ resident: 's501', kind: 'inkan' });
    const { outcome } = await this.shop.ended();
    if (last !== 'issued' || outcome !== 'issued') throw new Error(`The next one saw ${last} (${outcome}).`);
    assert.equal(reconcile(this.shop), []);
  }

  close = (): Promise<void> => this.shop.close();

  #come(moment: AnyMoment): Promise<unknown> {
    const { shop } = this;
    if (moment === 'capture') return shop.happened('paid');
    return moment === 'printing' ? shop.happened('jobCreated') : shop.reached(moment);
  }
}

/** The till may not have been asked yet when the screen already shows the fee. */
async function insertHalf({ panel }: Shop): Promise<void> {
  while (panel.prompt?.id === 'pay' && !panel.till.insert(100)) await tick();
}

const tick = () => new Promise(resolve => setTimeout(resolve, 5));
