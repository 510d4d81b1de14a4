// The play without trouble: one resident after the other, each with a card of their own.
import { visit } from '../customer/customer.ts';
import { seededRandom } from '../customer/seeded-random.ts';
import { asProposed, byChance } from '../customer/wish.ts';
import { reconcile } from '../shop/reconcile.ts';
import type { Shop } from '../shop/shop.ts';
import { TerminalError } from '../terminal/terminal-error.ts';
import { drawResident } from './draw-resident.ts';
import { inShop, type Played, type PlayOptions } from './in-shop.ts';
import { before, endedRow, judge } from './verdict.ts';
import { recordVisit, type VisitRecord } from './visit-record.ts';
import { kindInEnglish, placeInEnglish } from './words.ts';

/** Errors: TerminalError. */
export function playResidents(given: PlayOptions): Promise<Played> {
  return inShop(given, {}, shop => serveAll(given, shop));
}

async function serveAll(given: PlayOptions, shop: Shop): Promise<Played> {
  const random = seededRandom(given.options.seed);
  const visits: VisitRecord[] = [];
  let failure: TerminalError | undefined;
  for (let nth = 1; nth <= given.options.count && !failure; nth++) {
    try {
      const served = await serve(given, shop, nth, random);
      visits.push(served.record);
      failure = served.failure ?? served.record.papers.failure;
    } catch (error) {
      if (!(error instanceof TerminalError)) throw error;
      failure = error;
    }
  }
  const books = reconcile(shop);
  if (books.length > 0) failure ??= new TerminalError('books', books.join('; '));
  return {
    ...{ visits, books },
    right: visits.filter(({ wrong }) => wrong.length === 0).length,
    ...(failure && { failure }),
  };
}

/** One resident, from drawing who it is to the papers in the out folder. Errors: TerminalError. */
async function serve(
  { options, out, stopwatch }: PlayOptions,
  shop: Shop,
  nth: number,
  random: () => number,
): Promise<{ record: VisitRecord; failure?: TerminalError }> {
  const { kind, resident, household } = drawResident(options, shop.hub.residents, random);
  const card = await shop.card(resident.id, { pin: options.pin });
  const wish = options.count === 1 ? asProposed(kind) : byChance(kind, random);
  await shop.isOpen();
  const who = `${resident.name} of ${placeInEnglish(household.municipality)} (made up)`;
  stopwatch.mark('customer', `${nth}. ${who} wants a ${kindInEnglish(kind)}`);
  const then = before(shop);
  const lastScreen = await visit(shop.panel, shop.hands(card), { pin: options.pin, wish });
  const text = stopwatch.entries.findLast(({ prompt }) => prompt === lastScreen)?.what;
  const row = await endedRow(shop, then);
  if (row) stopwatch.mark('ledger', `${row.transaction} ${row.outcome}`);
  const failure = failureOf(() => judge(shop, then, lastScreen, row));
  const record = await recordVisit(
    shop,
    { out, stopwatch },
    {
      ...{ nth, then, kind, row },
      resident: resident.id,
      ...(text !== undefined && { screen: { prompt: lastScreen, text } }),
      wrong: failure ? [failure.message] : [],
    },
  );
  return { record, ...(failure && { failure }) };
}

function failureOf(judged: () => void): TerminalError | undefined {
  try {
    judged();
    return undefined;
  } catch (error) {
    if (error instanceof TerminalError) return error;
    throw error;
  }
}
