// Traces one issue in a shop, stage by stage: how long each took, how much of that others were at work, and what went to the
// journal and to the hub meanwhile.
import type { VirtualCard } from '../../simulator/card/virtual-card.ts';
import type { Shop } from '../../simulator/shop/shop.ts';
import { Others } from './others.ts';

/** What a stage did that any terminal would have to do: a record made durable, or a question with its answer. */
export type Exchange = { do: 'record' } | { do: 'ask'; answerBytes: number };

export interface Stage {
  name: string;
  wholeMs: number;
  /** Of it, while no person, device or hub was at work. */
  oursMs: number;
  exchanges: Exchange[];
}

/** Each stage ends when this event is in the journal. */
const stageEnds: Readonly<Record<string, string>> = {
  cardRead: 'card',
  pinRight: 'PIN',
  authenticated: 'authenticate',
  confirmed: 'choose and confirm',
  ordered: 'order',
  documentHeld: 'fetch and check',
  captured: 'pay',
  printEnded: 'print',
  receiptPrinted: 'receipt',
};

/** Watches everything in a shop that is not our software's work. `take` runs an issue and returns its stages. */
export class IssueTracer {
  readonly #shop: Shop;
  #others = new Others();
  #exchanges: Exchange[] = [];
  #printing: () => void = () => undefined;
  #lastSheet = 0;

  constructor(shop: Shop) {
    this.#shop = shop;
    shop.hub.behaviours.routing.unshift(async (_, { answer }) => {
      const given = await this.#others.at(answer);
      this.#exchanges.push({ do: 'ask', answerBytes: given.answer === 'fetch' ? given.chunk.length : 1024 });
      return given;
    });
    let paid: () => void = () => undefined;
    shop.panel.till.behaviours.unshift(event => {
      if (event.is === 'asked' && event.operation === 'begin') paid = this.#others.begin();
      if (event.is === 'paid') paid();
      return undefined;
    });
  }

  /** What the page printer says of itself: it has the document, its last sheet is out. */
  onPagePrinter(line: string): void {
    if (line.includes(' received ')) this.#printing = this.#others.begin();
    if (!line.includes(' completed, ')) return;
    this.#printing();
    this.#lastSheet = performance.now();
  }

  /** `unnoticedMs`: from the last sheet to the step that says that it is out; part of the stage `print`. */
  async take(resident: string): Promise<{ stages: Stage[]; unnoticedMs: number }> {
    const shop = this.#shop;
    await shop.isOpen();
    const card = await shop.card(resident);
    this.#others = new Others();
    this.#exchanges = [];
    this.#watch(card);
    const stages: Stage[] = [];
    let unnoticedMs = 0;
    let from = performance.now();
    const stop = shop.onLog(({ msg, fields: { event } }) => {
      if (msg !== 'step') return;
      this.#exchanges.push({ do: 'record' });
      const name = stageEnds[String(event)];
      if (name === undefined) return;
      const to = performance.now();
      if (name === 'print') unnoticedMs = to - this.#lastSheet;
      const wholeMs = to - from;
      const oursMs = wholeMs - this.#others.msWithin({ from, to });
      stages.push({ name, wholeMs, oursMs, exchanges: this.#exchanges.splice(0) });
      from = to;
    });
    const last = await shop.visit({ resident, card });
    stop();
    if (last !== 'issued') throw new Error(`The visit ended with ${last}.`);
    stages.at(-1)!.exchanges.push({ do: 'record' }); // the end has one of its own
    return { stages, unnoticedMs };
  }

  /** Being put in (until it is powered) and each command are the card's and its reader's time. */
  #watch(card: VirtualCard): void {
    const transmit = card.transmit.bind(card);
    card.transmit = apdu => this.#others.at(() => transmit(apdu));
  }
}
