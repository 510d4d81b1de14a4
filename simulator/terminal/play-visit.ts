// One visit at a running terminal, by a customer who knows what to order.
import type { KeptCard } from '../card/cards-folder.ts';
import { visit } from '../customer/customer.ts';
import type { FrontPanel, ShownPrompt } from '../customer/front-panel.ts';
import { asProposed, type Wish } from '../customer/wish.ts';
import type { Granted } from './granted.ts';
import { handsAt } from './hands.ts';
import type { RunningTerminal } from './start-terminal.ts';
import { TerminalError } from './terminal-error.ts';
import { untilShown } from './until-shown.ts';

export interface VisitWish {
  pin: string;
  kind: string;
  /** 6 digits. Undefined: whichever the hub offers. */
  city: string | undefined;
  copies: number;
}

/** What came of a visit. */
export interface PlayedVisit {
  /** The id of the last prompt on the screen: `issued`, `refused`, … (docs/panel.md). */
  outcome: string;
  /** Why, where the screen has a code. */
  code?: string;
  /** 32 hex digits. */
  transaction?: string;
  sheets: number;
  /** Yen that were put into the till, and yen that it kept. */
  insertedYen: number;
  keptYen: number;
  receipts: number;
}

export interface VisitPlace {
  terminal: RunningTerminal;
  panel: FrontPanel;
  card: KeptCard;
  granted: Granted;
  wish: VisitWish;
  /** Transactions of the log, one for each step, to which the visit's own is added while it is played. */
  begun: readonly string[];
  /** Aborts before the card is put in: nobody comes any more. */
  signal?: AbortSignal;
}

/** Errors: TerminalError where the screen never asks for a card, or the city is none of the configuration; the signal's reason. */
export async function playVisit(place: VisitPlace): Promise<PlayedVisit> {
  const { terminal, panel, card, granted, wish, begun, signal } = place;
  const { pagePrinter, receiptPrinter } = terminal.devices;
  const order = wishOf(wish, granted.cities);
  let last: ShownPrompt | undefined;
  const stop = panel.onSeen(seen => {
    if (seen.is === 'prompt') last = seen.prompt;
  });
  try {
    await untilShown(panel, 'insertCard');
    signal?.throwIfAborted();
    const before = {
      begun: begun.length,
      sheets: pagePrinter.impressions,
      receipts: receiptPrinter.receipts.length,
      insertedYen: panel.till.coinsIn,
      keptYen: panel.till.keptYen,
    };
    const inserted = card.issue({ pin: wish.pin });
    const outcome = await visit(panel, handsAt(terminal.devices, inserted), { pin: wish.pin, wish: order });
    const shown = last?.id === outcome ? last : undefined;
    const transaction = begun[before.begun];
    return {
      outcome,
      ...(shown?.code && { code: shown.code }),
      ...(transaction !== undefined && { transaction }),
      sheets: pagePrinter.impressions - before.sheets,
      insertedYen: panel.till.coinsIn - before.insertedYen,
      keptYen: panel.till.keptYen - before.keptYen,
      receipts: receiptPrinter.receipts.length - before.receipts,
    };
  } finally {
    stop();
  }
}

/** Leaves the terminal (undefined) where the hub offers another city, or not the kind. */
function wishOf({ kind, city, copies }: VisitWish, cities: Granted['cities']): Wish {
  if (city !== undefined && !cities.has(city))
    throw new TerminalError('city', `The hub's configuration has no municipality ${city}.`);
  return offer => {
    const isThere = city === undefined || offer.municipality === cities.get(city);
    const choice = isThere ? asProposed(kind)(offer) : undefined;
    return choice && { ...choice, copies };
  };
}
