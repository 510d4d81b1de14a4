// The play itself: hub, terminal, and one resident after the other, each with a card of their own.
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type CardAuthority, makeCardAuthority } from '../card/authority.ts';
import { type Hands, visit } from '../customer/customer.ts';
import { type FrontPanel, openFrontPanel } from '../customer/front-panel.ts';
import { seededRandom } from '../customer/seeded-random.ts';
import { asProposed, byChance } from '../customer/wish.ts';
import { type RunningHub, startHub } from '../hub/hub.ts';
import type { LogEntry } from '../terminal/log-entry.ts';
import { type RunningTerminal, startTerminal } from '../terminal/start-terminal.ts';
import { onLeg, TerminalError } from '../terminal/terminal-error.ts';
import { untilShown } from '../terminal/until-shown.ts';
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

const terminalId = 'demo-1';
/** Longest wait for the terminal to be open: devices and link coming up on a slow board. */
const openWithinMs = 60_000;

export interface Played {
  issued: number;
  /** Why not all were. */
  failure?: TerminalError;
}

/** Whatever ends it, everything that was started is ended before it returns or throws. Errors: TerminalError. */
export async function play({ options, dir, out, stopwatch, say, signal }: PlayOptions): Promise<Played> {
  const log: LogEntry[] = [];
  const stoppers: (() => Promise<void>)[] = [];
  const interrupted = new Promise<never>((_, reject) =>
    signal.addEventListener('abort', () => reject(signal.reason), { once: true }),
  );
  interrupted.catch(() => undefined); // whoever races against it hears of it
  let hub: RunningHub | undefined;
  try {
    const authority = await makeCardAuthority();
    const tell = (line: string) => stopwatch.mark('hub', line);
    hub = await onLeg('hub', startHub({ dir: join(dir, 'hub'), cardAuthority: [authority], say: tell }));
    stoppers.push(hub.close);
    stopwatch.mark('hub', `broker at ${hub.brokerUrl}, enrolment at ${hub.enrolmentUrl}`);
    signal.throwIfAborted();
    await mkdir(join(dir, 'terminal'));
    const terminal = await startTerminal({
      dir: join(dir, 'terminal'),
      hub: { ...hub, code: hub.createEnrolmentCode({ terminal: terminalId }) },
      onDevice: (device, line) => stopwatch.mark(device, line),
      onLog: entry => {
        log.push(entry);
        if (entry.msg === 'step') stopwatch.mark('agent', `${entry.fields.event} → ${entry.fields.at}`);
        else if (entry.level !== 'info')
          stopwatch.mark(entry.process, `${entry.level}: ${entry.msg} ${JSON.stringify(entry.fields)}`);
      },
    });
    stoppers.push(terminal.close);
    signal.throwIfAborted();
    const panel = await onLeg('panel', openFrontPanel(terminal.panelSocket));
    stoppers.push(() => panel.close());
    panel.onSeen(seen => {
      if (seen.is === 'prompt') stopwatch.mark('screen', seen.prompt.text);
    });
    return await Promise.race([
      serveAll({ options, out, stopwatch, hub, terminal, panel, authority, say }),
      interrupted,
    ]);
  } finally {
    if (hub) await saveRecords(out, { timeline: stopwatch.entries, hub, log });
    for (const stop of stoppers.reverse()) await stop();
    await writeFile(join(out, 'timeline.json'), `${JSON.stringify(stopwatch.entries, null, 1)}\n`);
  }
}

interface Stage {
  options: DemoOptions;
  out: string;
  stopwatch: Stopwatch;
  hub: RunningHub;
  terminal: RunningTerminal;
  panel: FrontPanel;
  authority: CardAuthority;
  say(line: string): void;
}

async function serveAll(stage: Stage): Promise<Played> {
  const random = seededRandom(stage.options.seed);
  const saved: Papers[] = [];
  let failure: TerminalError | undefined;
  for (let nth = 1; nth <= stage.options.count && !failure; nth++) {
    try {
      saved.push(await serve(stage, nth, random));
    } catch (error) {
      if (!(error instanceof TerminalError)) throw error;
      failure = error;
    }
  }
  const [first, ...more] = saved;
  if (first)
    stage.say(
      `papers: ${[first.pdf, ...first.pages, first.receipt].join(' ')}${more.length > 0 ? ' …' : ''}`,
    );
  const records = ['timeline.json', 'ledger.json', 'log.jsonl'].map(name => join(stage.out, name));
  stage.say(`records: ${records.join(' ')}`);
  return { issued: saved.length, ...(failure && { failure }) };
}

/** One resident, from drawing who it is to the papers in the out folder. Errors: TerminalError. */
async function serve(stage: Stage, nth: number, random: () => number): Promise<Papers> {
  const { options, hub, terminal, panel, authority, stopwatch, out } = stage;
  const { devices } = terminal;
  const { kind, resident, household } = drawn(stage, random);
  const card = authority.issue({ pin: options.pin });
  hub.bindCard(resident.id, (await card.credential('auth')).certificate);
  const wish = options.count === 1 ? asProposed(kind) : byChance(kind, random);
  await untilShown(panel, 'insertCard', openWithinMs);
  stopwatch.mark(
    'customer',
    `no. ${nth}, resident ${resident.id} of ${household.municipality}, wants ${kind}`,
  );
  const { reader, pinpad } = devices;
  const hands: Hands = {
    putCardIn: () => reader.insert(card),
    takeCard: () => {
      if (reader.card) reader.remove();
    },
    typePin: pin => {
      pinpad.type(pin);
      pinpad.enter();
    },
  };
  const then = before({ hub, devices, panel });
  const lastScreen = await visit(panel, hands, { pin: options.pin, wish });
  const paper = await judge({ hub, devices, panel }, then, lastScreen);
  stopwatch.mark('ledger', `${paper.transaction} issued`);
  return savePapers(out, nth, kind, paper);
}

/** Errors: TerminalError where nobody may have what the options ask for. */
function drawn({ options: { kind, city }, hub }: Stage, random: () => number) {
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
