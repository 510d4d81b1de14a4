// A shop for the time of a demo: every step goes on the timeline, and whatever happens, all that was started is ended.
import { closeAll } from '../interrupted.ts';
import { Shop } from '../shop/shop.ts';
import type { LogEntry } from '../terminal/log-entry.ts';
import { onPart, type TerminalError } from '../terminal/terminal-error.ts';
import { untilShown } from '../terminal/until-shown.ts';
import type { DemoOptions } from './options.ts';
import { saveRecords, saveTimeline } from './records.ts';
import type { Stopwatch } from './stopwatch.ts';
import type { VisitRecord } from './visit-record.ts';

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
  visits: VisitRecord[];
  /** What does not agree of money, paper and ledger after all visits: a sentence each. */
  books: readonly string[];
  /** How many of them ended as they must. */
  right: number;
  /** How long the start took, in ms; undefined where the shop did not open. */
  startMs?: number;
  /** Why not all were right. */
  failure?: TerminalError;
}

/** Runs `use` in an open shop. Whatever ends it, the shop is closed before this returns or throws. Errors: TerminalError. */
export async function inShop(
  { dir, out, stopwatch, signal }: Omit<PlayOptions, 'options' | 'say'>,
  options: Pick<Parameters<typeof Shop.open>[0] & {}, 'waits'>,
  use: (shop: Shop) => Promise<Played>,
): Promise<Played> {
  const interrupted = new Promise<never>((_, reject) =>
    signal.addEventListener('abort', () => reject(signal.reason), { once: true }),
  );
  interrupted.catch(() => undefined); // whoever races against it receives it
  let shop: Shop | undefined;
  try {
    shop = await Shop.open({
      ...options,
      ...{ dir, signal, name: 'demo-1' },
      say: line => stopwatch.mark('hub', line),
      onDevice: (device, line) => stopwatch.mark(device, line),
      onLog: entry => mark(entry, stopwatch),
      onStarting: part => stopwatch.mark('start', part),
    });
    stopwatch.mark('hub', `broker at ${shop.hub.brokerUrl}, enrolment at ${shop.hub.enrolmentUrl}`);
    stopwatch.mark('start', 'service');
    shop.panel.onSeen(seen => {
      if (seen.is !== 'prompt') return;
      const { id, text, conditions } = seen.prompt;
      stopwatch.mark('screen', text, {
        prompt: id,
        ...(conditions && { missing: conditions.map(({ code }) => code) }),
      });
    });
    await Promise.race([untilShown(shop.panel, 'insertCard', { isHopeless: isDiskTrouble }), interrupted]);
    stopwatch.mark('open', 'the terminal is in service');
    const startMs = stopwatch.ms;
    return { ...(await Promise.race([use(shop), interrupted])), startMs };
  } finally {
    const opened = shop;
    await closeAll([
      () => opened && onPart('out', saveRecords(out, opened)),
      () => opened?.close(),
      () => onPart('out', saveTimeline(out, stopwatch.entries)),
    ]);
  }
}

/** In a demo nobody is there who makes room. */
const isDiskTrouble = (code: string): boolean => code.startsWith('journal/disk');

function mark({ process, level, msg, fields }: LogEntry, stopwatch: Stopwatch): void {
  if (msg === 'step') {
    const step = {
      transaction: String(fields.transaction),
      event: String(fields.event),
      at: String(fields.at),
    };
    stopwatch.mark('agent', `${step.event} → ${step.at}`, { step });
  } else if (level !== 'info') stopwatch.mark(process, `${level}: ${msg} ${JSON.stringify(fields)}`);
}
