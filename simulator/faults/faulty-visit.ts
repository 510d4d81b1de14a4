// One visit with faults: opens the terminal, serves the resident, and compares what the shop, the till and the ledger have.
import { visit } from '../customer/customer.ts';
import type { ShownPrompt } from '../customer/front-panel.ts';
import { reconcile } from '../shop/reconcile.ts';
import type { LedgerRow, Shop } from '../shop/shop.ts';
import { untilShown } from '../terminal/until-shown.ts';
import { type Fault, mayEnd } from './fault.ts';
import { Scene, type Visitor } from './scene.ts';

/** Time limits of a terminal for visits with faults, in ms: short, and still long enough for a busy machine. */
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
 * machine is, and questions to the hub are asked again for as long. As long as a configuration may be (28 minutes in all).
 */
export const deathWaits = {
  ...shortWaits,
  pinMs: 100_000,
  hubMs: 30_000,
  fetchMs: 30_000,
  deviceMs: 60_000,
  choiceMs: 100_000,
  takeCardMs: 150_000,
  payMs: 150_000,
  printMs: 60_000,
  receiptMs: 60_000,
} as const;

/** Max wait for the effect of a fault, in ms. It covers several time limits of the terminal in a row. */
const maxMs = 120_000;
/** How long a card stays in the reader of a closed terminal, in ms. The test shows that no visit starts. */
const refusedCardMs = 300;

export interface Played {
  /** Who came (simulator/hub/residents). */
  resident: string;
  /** Codes of the failed conditions that the screen named before the visit. */
  closed: readonly string[];
  /** The ledger's row of the visit. */
  row?: LedgerRow;
  /** The last prompt of the visit. */
  lastPrompt?: ShownPrompt;
  coins: { inYen: number; outYen: number };
  sheets: number;
  slips: number;
  /** One sentence for each thing that is wrong. */
  wrong: readonly string[];
}

/** Plays `faults` in one visit of `visitor` (default: m101, for a juminhyo), and undoes them afterwards. `shop` was opened with `shortWaits` or `deathWaits`. */
export async function playFaults(shop: Shop, faults: readonly Fault[], visitor?: Visitor): Promise<Played> {
  const scene = new Scene(shop, visitor);
  const seen = watch(shop);
  const wrong: string[] = [];
  let result: Partial<Pick<Played, 'row' | 'lastPrompt'>> & { closed: readonly string[] } = { closed: [] };
  try {
    // a terminal that has just started may not have connected yet: with the fault in place it would never open
    await shop.isOpen();
    for (const fault of faults) await fault.arrange(scene);
    result.closed = await whileClosed(scene, faults);
    if (seen.started.length > 0) wrong.push('a visit started while a condition was not met');
    result = { ...result, ...(await served(scene, seen)) };
    for (const fault of faults) wrong.push(...((await fault.after?.(scene)) ?? []));
    if (!result.row || !mayEnd(faults, result.row)) wrong.push(`ended ${asEnd(result.row)}`);
    wrong.push(...shownReason(result));
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
  if (seen.started.length > 1) wrong.push(`${seen.started.length} transactions were started`);
  wrong.push(...(await afterwards(shop, faults)));
  if (result.row && faults.some(({ mayLoseSlip }) => mayLoseSlip)) shop.slipsLost.add(result.row.transaction);
  wrong.push(
    ...reconcile(shop),
    ...shop.panel.complaints.splice(0).filter(message => !crossed.test(message)),
  );
  return { resident: scene.resident, ...result, ...seen.counted(), wrong };
}

/** The last screen names the reason that the ledger has, or the general one. It never tells that a record is protected. */
function shownReason({ row, lastPrompt }: Partial<Pick<Played, 'row' | 'lastPrompt'>>): string[] {
  const shown = lastPrompt?.code;
  if (!row || shown === undefined) return [];
  const right = row.code === 'issuing/protected' ? ['issuing/refused'] : [row.code, 'issuing/refused'];
  return right.includes(shown) ? [] : [`the screen says ${shown}, the ledger ${row.code}`];
}

/** The panel answered while the terminal closed the question. The terminal only reports it (docs/panel.md). */
const crossed = /^Question \d+ is not open\.$/;

const asEnd = (row: LedgerRow | undefined): string =>
  row ? `${row.outcome} (${row.code}), kept ${row.keptYen}, owed ${row.owedYen}` : 'nowhere';

/** Checks that the slips name the transaction and no person. */
function personalOn(slips: readonly { text: readonly string[] }[], { shop, resident }: Scene): string[] {
  const entry = shop.hub.residents.find(resident);
  const words = [entry?.resident.name, entry?.household.address].map(word => word?.replace(/\s/g, ''));
  const printed = slips.map(({ text }) => text.join('').replace(/\s/g, '')).join('\n');
  return words.some(word => word && printed.includes(word)) ? ['a slip names the resident'] : [];
}

/** Counts coins, sheets, slips and transactions, and records prompts, from now on. */
function watch(shop: Shop) {
  const { pagePrinter, receiptPrinter } = shop.terminal.devices;
  const { till } = shop.panel;
  const initial = [
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
    slips: () => receiptPrinter.receipts.slice(initial[3]),
    counted: () => ({
      coins: { inYen: till.coinsIn - initial[0], outYen: till.coinsOut - initial[1] },
      sheets: pagePrinter.impressions - initial[2],
      slips: receiptPrinter.receipts.length - initial[3],
    }),
  };
}

/**
 * Waits until the closed terminal names the failed conditions, inserts a card that it must ignore, and corrects the faults.
 * Returns the codes that the screen named.
 */
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

/** Resolves with the codes on the screen, when it is out of service for all conditions of `wanted`. */
async function conditionsShown(shop: Shop, wanted: readonly string[]): Promise<string[]> {
  const until = performance.now() + maxMs;
  for (;;) {
    await untilShown(shop.panel, 'outOfService', { withinMs: maxMs });
    const codes = (shop.panel.prompt?.conditions ?? []).map(({ code }) => code);
    if (wanted.every(code => codes.includes(code))) return codes;
    if (performance.now() > until) throw new Error(`out of service for ${codes} instead of ${wanted}`);
    await new Promise(resolve => setTimeout(resolve, 20));
  }
}

/** The visit itself. */
async function served(
  scene: Scene,
  seen: ReturnType<typeof watch>,
): Promise<Pick<Played, 'row' | 'lastPrompt'>> {
  const { shop } = scene;
  await shop.isOpen();
  const card = await scene.makeCard();
  const { pin, wish, habits } = scene;
  const last = await within(
    visit(shop.panel, shop.hands(card), { pin, wish, habits }),
    'the visit did not end',
  );
  await scene.acted();
  const lastPrompt = seen.prompts.findLast(({ id }) => id === last);
  const [transaction] = seen.started;
  if (transaction === undefined) throw new Error('no transaction was started');
  return {
    row: await within(shop.ended(transaction), 'no end came to the ledger'),
    ...(lastPrompt && { lastPrompt }),
  };
}

/** Checks that the terminal opens again by itself, or stays closed where a person has to decide. */
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
