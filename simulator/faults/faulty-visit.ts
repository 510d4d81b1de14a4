// One visit in which faults happen: from closed to open, from card to end, and what everybody has then.
import { visit } from '../customer/customer.ts';
import type { ShownPrompt } from '../customer/front-panel.ts';
import { reconcile } from '../shop/reconcile.ts';
import type { LedgerRow, Shop } from '../shop/shop.ts';
import { untilShown } from '../terminal/until-shown.ts';
import { type Fault, mayEnd } from './fault.ts';
import { Scene } from './scene.ts';

/** Patience of a terminal that faults are played on, in ms: short, for some wait until it is over, and enough for a busy machine. */
export const shortWaits = {
  pinMs: 8_000,
  hubMs: 5_000,
  deviceMs: 10_000,
  choiceMs: 8_000,
  takeCardMs: 8_000,
  fetchMs: 10_000,
  payMs: 10_000,
  printMs: 15_000,
  receiptMs: 20_000,
} as const;

/**
 * The same where processes are killed, in ms. The resident waits until what was killed has come back, however slow the
 * machine is; only a question to the hub that was lost runs out. Nearly as long as a configuration may be (28 minutes in all).
 */
export const deathWaits = {
  ...shortWaits,
  pinMs: 100_000,
  deviceMs: 60_000,
  choiceMs: 100_000,
  takeCardMs: 150_000,
  payMs: 150_000,
  printMs: 60_000,
  receiptMs: 60_000,
} as const;

/** Longest wait for whatever must come of a fault, in ms: several patiences in a row. */
const maxMs = 120_000;
/** How long a card lies in the reader of a closed terminal, in ms, to show that nobody is asked for anything. */
const refusedCardMs = 300;

export interface Played {
  /** Who came (simulator/hub/residents). */
  resident: string;
  /** Codes of the missing legs that the screen named before anybody was served. */
  closed: readonly string[];
  /** The ledger's row of the visit. */
  row?: LedgerRow;
  /** The last screen of the visit. */
  told?: ShownPrompt;
  coins: { inYen: number; outYen: number };
  sheets: number;
  slips: number;
  /** A sentence for each thing that is not as it must be. */
  wrong: readonly string[];
}

/** Plays `faults` in one visit, and leaves the shop as it was. `shop` has `shortWaits` or `deathWaits`. */
export async function playFaults(shop: Shop, faults: readonly Fault[]): Promise<Played> {
  const scene = new Scene(shop);
  const seen = watch(shop);
  const wrong: string[] = [];
  let story: Partial<Pick<Played, 'row' | 'told'>> & { closed: readonly string[] } = { closed: [] };
  try {
    // a terminal that has just started may lack what a fault keeps from it, and would never open
    await shop.isOpen();
    for (const fault of faults) await fault.arrange(scene);
    story.closed = await whileClosed(scene, faults);
    if (seen.started.length > 0) wrong.push('somebody was served while a leg was missing');
    story = { ...story, ...(await served(scene, seen)) };
    for (const fault of faults) wrong.push(...((await fault.after?.(scene)) ?? []));
    if (!story.row || !mayEnd(faults, story.row)) wrong.push(`ended ${asEnd(story.row)}`);
  } catch (error) {
    wrong.push(error instanceof Error ? error.message : String(error));
    for (const fault of faults) await fault.mend?.(scene);
  } finally {
    seen.stop();
    await scene.tidyUp();
    const { reader } = shop.terminal.devices;
    if (reader.card) reader.remove();
  }
  wrong.push(...personalOn(seen.slips(), scene));
  if (seen.started.length > 1) wrong.push(`${seen.started.length} transactions were begun`);
  wrong.push(...(await afterwards(shop, faults)));
  if (story.row && faults.some(({ mayLoseSlip }) => mayLoseSlip)) shop.slipsLost.add(story.row.transaction);
  wrong.push(...reconcile(shop), ...shop.panel.complaints.splice(0).filter(told => !crossed.test(told)));
  return { resident: scene.resident, ...story, ...seen.counted(), wrong };
}

/** An answer that crossed with the end of its question: told, and nothing else happens (docs/panel.md). */
const crossed = /^Question \d+ is not open\.$/;

const asEnd = (row: LedgerRow | undefined): string =>
  row ? `${row.outcome} (${row.code}), kept ${row.keptYen}, owed ${row.owedYen}` : 'nowhere';

/** A slip names the transaction, and nobody. */
function personalOn(slips: readonly { text: readonly string[] }[], { shop, resident }: Scene): string[] {
  const entry = shop.hub.residents.find(resident);
  const words = [entry?.resident.name, entry?.household.address].map(word => word?.replace(/\s/g, ''));
  const said = slips.map(({ text }) => text.join('').replace(/\s/g, '')).join('\n');
  return words.some(word => word && said.includes(word)) ? ['a slip says who it is for'] : [];
}

/** What comes and goes from now on. */
function watch(shop: Shop) {
  const { pagePrinter, receiptPrinter } = shop.terminal.devices;
  const { till } = shop.panel;
  const then = [
    till.coinsIn,
    till.coinsOut,
    pagePrinter.impressions,
    receiptPrinter.receipts.length,
  ] as const;
  const started: string[] = [];
  const prompts: ShownPrompt[] = [];
  const stops = [
    shop.onLog(({ msg, fields }) => {
      if (msg === 'step' && fields.event === 'started') started.push(String(fields.transaction));
    }),
    shop.panel.onSeen(one => {
      if (one.is === 'prompt') prompts.push(one.prompt);
    }),
  ];
  return {
    started,
    prompts,
    stop() {
      for (const stop of stops) stop();
    },
    slips: () => receiptPrinter.receipts.slice(then[3]),
    counted: () => ({
      coins: { inYen: till.coinsIn - then[0], outYen: till.coinsOut - then[1] },
      sheets: pagePrinter.impressions - then[2],
      slips: receiptPrinter.receipts.length - then[3],
    }),
  };
}

/** The terminal says which legs are missing, takes nobody's card, and is put right. The codes that it named. */
async function whileClosed(scene: Scene, faults: readonly Fault[]): Promise<readonly string[]> {
  const wanted = faults.flatMap(({ expected }) => expected.closed ?? []);
  if (wanted.length === 0) return [];
  const { shop } = scene;
  const closed = await conditionsShown(shop, wanted);
  const { reader } = shop.terminal.devices;
  if (reader.attached) {
    await reader.insert(await shop.card('s501'));
    await new Promise(resolve => setTimeout(resolve, refusedCardMs));
    reader.remove();
  }
  for (const fault of faults) if (fault.expected.closed) await fault.mend?.(scene);
  return closed;
}

/** Resolves when the screen is out of service for all these legs. */
async function conditionsShown(shop: Shop, wanted: readonly string[]): Promise<string[]> {
  const until = performance.now() + maxMs;
  for (;;) {
    await untilShown(shop.panel, 'outOfService', maxMs);
    const codes = (shop.panel.prompt?.legs ?? []).map(({ code }) => code);
    if (wanted.every(code => codes.includes(code))) return codes;
    if (performance.now() > until) throw new Error(`out of service for ${codes} instead of ${wanted}`);
    await new Promise(resolve => setTimeout(resolve, 20));
  }
}

/** The visit itself. */
async function served(scene: Scene, seen: ReturnType<typeof watch>): Promise<Pick<Played, 'row' | 'told'>> {
  const { shop } = scene;
  await shop.isOpen();
  const card = await scene.makeCard();
  const { pin, wish, habits } = scene;
  const last = await within(
    visit(shop.panel, shop.hands(card), { pin, wish, habits }),
    'the visit did not end',
  );
  await scene.acted();
  const told = seen.prompts.findLast(({ id }) => id === last);
  const [transaction] = seen.started;
  if (transaction === undefined) throw new Error('nobody was served');
  return { row: await within(shop.ended(transaction), 'the ledger heard of no end'), ...(told && { told }) };
}

/** Open again by itself, unless a person has to decide. */
async function afterwards(shop: Shop, faults: readonly Fault[]): Promise<string[]> {
  const staysClosed = faults.flatMap(({ expected }) => expected.staysClosed ?? []);
  try {
    if (staysClosed.length > 0) await conditionsShown(shop, staysClosed);
    else await shop.isOpen();
    return [];
  } catch (error) {
    return [`not in service again: ${error instanceof Error ? error.message : error}`];
  }
}

async function within<T>(work: Promise<T>, otherwise: string): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error(otherwise)), maxMs);
  try {
    return await Promise.race([work, promise]);
  } finally {
    clearTimeout(timer);
  }
}
