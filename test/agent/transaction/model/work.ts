// The effects of one step under way, one after the other: each is first done in the world, then reported.
import type { Effect } from '../../../../agent/transaction/effect.ts';
import type { Event } from '../../../../agent/transaction/event.ts';
import type { Fate } from './fate.ts';
import { outcomes } from './outcomes.ts';
import type { World } from './world.ts';

/** A till that was asked so often without an answer gives one (docs/panel.md). */
const maxAsks = 4;

/** Goes on when the transaction does: the document comes while the card goes back, an end is an end. */
const lasting: readonly Effect['do'][] = ['fetch', 'check', 'finish'];

export class Work {
  readonly #effects: Effect[];
  /** Done in the world, not reported yet. */
  answer: Event | undefined;
  /** Its outcome will never be reported. */
  silent = false;
  #asks = 0;

  constructor(effects: readonly Effect[]) {
    this.#effects = [...effects];
  }

  get effect(): Effect | undefined {
    return this.#effects[0];
  }

  get lasts(): boolean {
    return this.effect !== undefined && lasting.includes(this.effect.do);
  }

  /** Does the present effect as fate wants it. Returns what fate wanted. */
  do(world: World, fate: Fate): string {
    const name = this.effect!.do;
    const possible = outcomes[name] as Record<
      string,
      (world: World) => Event | 'nothing' | 'silent' | 'asked'
    >;
    const [first, ...others] = Object.keys(possible);
    const chosen = ++this.#asks < maxAsks ? fate(name, [first!, ...others]) : first!;
    const answer = possible[chosen]!(world);
    if (answer === 'silent') this.silent = true;
    else if (answer === 'nothing') this.#next();
    else if (answer !== 'asked') this.answer = answer;
    return chosen;
  }

  /** The events to report. The first failure ends the work. */
  take(): Event {
    const event = this.answer!;
    this.answer = undefined;
    if (event.is === 'failed') this.#effects.length = 0;
    else this.#next();
    return event;
  }

  #next(): void {
    this.#effects.shift();
    this.#asks = 0;
  }
}
