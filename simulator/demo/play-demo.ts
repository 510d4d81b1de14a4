// The play itself: a shop, and one resident after the other, each with a card of their own.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { visit } from '../customer/customer.ts';
import { seededRandom } from '../customer/seeded-random.ts';
import { asProposed, byChance } from '../customer/wish.ts';
import { Shop } from '../shop/shop.ts';
import type { LogEntry } from '../terminal/log-entry.ts';
import { TerminalError } from '../terminal/terminal-error.ts';
import type { DemoOptions } from './options.ts';
import { type Papers, savePapers, saveRecords } from './papers.ts';
import type { Stopwatch } from './stopwatch.ts';
import { before, judge } from './verdict.ts';

export interface PlayOptions {
  options: DemoOptions;
  /** Working folder. */
  dir: string;
  /** Where the papers go. */
  out: string;
  stopwatch: Stopwatch;
  /** A line that is no step. */
  say(line: string): void;
  /** Aborted by Ctrl-C. */
  signal: AbortSignal;
}

export interface Played {
  issued: number;
  /** Why not all were. */
  failure?: TerminalError;
}

/** A shop with every step told; whatever ends `use`, all that was started is ended before this returns or throws. */
export async function inShop<T>(
  { dir, out, stopwatch, signal }: Omit<PlayOptions, 'options' | 'say'>,
  options: Pick<Parameters<typeof Shop.open>[0] & {}, 'waits'>,
  use: (shop: Shop) => Promise<T>,
): Promise<T> {
  const interrupted = new Promise<never>((_, reject) =>
    signal.addEventListener('abort', () => reject(signal.reason), { once: true }),
  );
  interrupted.catch(() => undefined); // whoever races against it hears of it
  let shop: Shop | undefined;
  try {
    shop = await Shop.open({
      ...options,
      dir,
      name: 'demo-1',
      signal,
      say: line => stopwatch.mark('hub', line),
      onDevice: (device, line) => stopwatch.mark(device, line),
      onLog: entry => tell(entry, stopwatch),
    });
    stopwatch.mark('hub', `broker at ${shop.hub.brokerUrl}, enrolment at ${shop.hub.enrolmentUrl}`);
    shop.panel.onSeen(seen => {
      if (seen.is === 'prompt') stopwatch.mark('screen', seen.prompt.text);
    });
    return await Promise.race([use(shop), interrupted]);
  } finally {
    if (shop) await saveRecords(out, { timeline: stopwatch.entries, hub: shop.hub, log: shop.log });
    await shop?.close();
    await writeFile(join(out, 'timeline.json'), `${JSON.stringify(stopwatch.entries, null, 1)}\n`);
  }
}

function tell({ process, level, msg, fields }: LogEntry, stopwatch: Stopwatch): void {
  if (msg === 'step') stopwatch.mark('agent', `${fields.event} → ${fields.at}`);
  else if (level !== 'info') stopwatch.mark(process, `${level}: ${msg} ${JSON.stringify(fields)}`);
}

/** Residents without trouble. Errors: TerminalError. */
export const play = (given: PlayOptions): Promise<Played> => inShop(given, {}, shop => serveAll(given, shop));

async function serveAll(given: PlayOptions, shop: Shop): Promise<Played> {
  const { options, out, say } = given;
  const random = seededRandom(options.seed);
  const saved: Papers[] = [];
  let failure: TerminalError | undefined;
  for (let nth = 1; nth <= options.count && !failure; nth++) {
    try {
      saved.push(await serve(given, shop, nth, random));
    } catch (error) {
      if (!(error instanceof TerminalError)) throw error;
      failure = error;
    }
  }
  const [first, ...more] = saved;
  if (first)
    say(`papers: ${[first.pdf, ...first.pages, first.receipt].join(' ')}${more.length > 0 ? ' …' : ''}`);
  say(recordsIn(out));
  return { issued: saved.length, ...(failure && { failure }) };
}

export const recordsIn = (out: string): string =>
  `records: ${['timeline.json', 'ledger.json', 'log.jsonl'].map(name => join(out, name)).join(' ')}`;

/** One resident, from drawing who it is to the papers in the out folder. Errors: TerminalError. */
async function serve(
  { options, out, stopwatch }: PlayOptions,
  shop: Shop,
  nth: number,
  random: () => number,
): Promise<Papers> {
  const { pin } = options;
  const { kind, resident, household } = drawn(options, shop, random);
  const card = await shop.card(resident.id, { pin });
  const wish = options.count === 1 ? asProposed(kind) : byChance(kind, random);
  await shop.isOpen();
  stopwatch.mark(
    'customer',
    `no. ${nth}, resident ${resident.id} of ${household.municipality}, wants ${kind}`,
  );
  const then = before(shop);
  const lastScreen = await visit(shop.panel, shop.hands(card), { pin, wish });
  const paper = await judge(shop, then, lastScreen);
  stopwatch.mark('ledger', `${paper.transaction} issued`);
  return savePapers(out, nth, kind, paper);
}

/** Errors: TerminalError where nobody may have what the options ask for. */
function drawn({ kind, city }: DemoOptions, { hub }: Shop, random: () => number) {
  try {
    return hub.residents.drawResident(random, {
      ...(kind !== undefined && { kind }),
      ...(city !== undefined && { municipality: city }),
    });
  } catch (cause) {
    if (cause instanceof RangeError) throw new TerminalError('resident', cause.message, cause);
    throw cause;
  }
}
