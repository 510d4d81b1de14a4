// The agent process: reads its folder, and serves until a signal stops it. Where the journal cannot be used, it serves nobody
// until it can.
import { randomInt } from 'node:crypto';
import { systemClock } from '../drivers/base/clock.ts';
import { isMadoguchiError } from '../drivers/base/error.ts';
import { failure, openLog } from '../drivers/base/log.ts';
import { programOptions } from '../drivers/base/program-options.ts';
import { droppedLogLines, writeStandardError } from '../drivers/base/standard-error.ts';
import { stopSignal } from '../drivers/base/stop-signals.ts';
import { acceptNumbers, readHome } from './config/home.ts';
import { notOnReceipts } from './config/receipt-text.ts';
import { Panel } from './panel/panel.ts';
import { type Left, serve } from './serve.ts';
import { serveNobody } from './serve-nobody.ts';
import { software } from './version.ts';

const usage = `Usage: node --disable-sigusr1 --max-semi-space-size=2 agent/main.ts --home DIR --panel SOCKET --gate SOCKET [--start-gate DIR]

The agent of one terminal. Logs JSON lines to standard error; ends on SIGTERM, SIGINT and SIGHUP.

  --home DIR        the agent's folder, as \`madoguchi enrol\` wrote it; the journal is kept in it too
  --panel SOCKET    Unix socket to serve the panel on (docs/panel.md)
  --gate SOCKET     Unix socket of the gate
  --start-gate DIR  start the gate as a child, with this folder (a developer's machine; elsewhere a service does it)
`;

/** Texts that the log names. */
const maxUnshown = 20;

async function main(): Promise<void> {
  const options = programOptions(usage, {
    required: ['home', 'panel', 'gate'],
    optional: ['start-gate'],
  });
  const { home: folder, panel: panelPath, gate: gatePath, 'start-gate': gateHome } = options;
  const stop = stopSignal();
  const home = await readHome(folder);
  const clock = systemClock;
  const log = openLog('agent');
  // a disk that is full or read-only keeps nobody from being served; the next start tries it again
  await acceptNumbers(folder, home).catch(error => log.warn('numbers not remembered', failure(error)));
  for (const unshown of notOnReceipts(home.configuration).slice(0, maxUnshown))
    log.warn('text not on receipts', { ...unshown });
  const panel = new Panel(clock, randomInt(2 ** 40));
  const parts = {
    folder,
    home,
    clock,
    log,
    droppedLogLines,
    panelSocket: { path: panelPath, panel, clock, terminal: home.terminal, software },
    stop,
  };
  let left: Left = { stopped: undefined, rest: [] };
  do {
    left = await serve({ ...parts, gate: { socket: gatePath, home: gateHome } }, left.rest);
    if (left.stopped && !stop.aborted) await serveNobody(parts, left.stopped);
  } while (left.stopped && !stop.aborted);
}

main().catch(error => {
  const hint = isMadoguchiError(error) ? `${error.code}: ${error.message}\n${error.hint}` : error?.stack;
  writeStandardError(`${hint}\n`);
  process.exitCode = 1;
});
