// The agent process: reads its folder, and serves until a signal stops it. Where folder or journal cannot be used, it serves nobody
// until they can.
import { randomInt } from 'node:crypto';
import { join } from 'node:path';
import { systemClock } from '../drivers/base/clock.ts';
import { isMadoguchiError } from '../drivers/base/error.ts';
import { failure, openLog } from '../drivers/base/log.ts';
import { programOptions } from '../drivers/base/program-options.ts';
import { droppedLogLines, writeStandardError } from '../drivers/base/standard-error.ts';
import { stopSignal } from '../drivers/base/stop-signals.ts';
import { type AgentHome, acceptNumbers, isHomeError, readHome } from './config/home.ts';
import { notOnReceipts } from './config/receipt-text.ts';
import { isInUse } from './journal/folder-lock.ts';
import { isJournalError, type JournalError } from './journal/journal-error.ts';
import { Panel } from './panel/panel.ts';
import type { Contract } from './protocol/contract.ts';
import { journalCondition } from './readiness/journal-conditions.ts';
import { type Left, serve } from './serve.ts';
import { serveNobody } from './serve-nobody.ts';
import { software } from './version.ts';
import { type WaitParts, waitUntil } from './wait.ts';

/** For the store's staff. */
const unreadable = '使用を中止し、管理者に連絡してください。端末の設定を読み取れません。';

const usage = `Usage: node --disable-sigusr1 --max-semi-space-size=2 agent/main.ts --home DIR --panel SOCKET --gate SOCKET [--start-gate DIR]

The agent of one terminal. Logs JSON lines to standard error; ends on SIGTERM, SIGINT and SIGHUP.

  --home DIR        the agent's folder, as \`madoguchi enrol\` wrote it; the journal is kept in it too
  --panel SOCKET    Unix socket to serve the panel on (docs/panel.md)
  --gate SOCKET     Unix socket of the gate
  --start-gate DIR  start the gate as a child, with this folder (a developer's machine; elsewhere a service does it)
`;

/** Texts that the log names. */
const maxUnshown = 20;

/** `contract`: what is spoken with the hub. Default: what this software speaks. */
export async function main(contract?: Contract): Promise<void> {
  const options = programOptions(usage, {
    required: ['home', 'panel', 'gate'],
    optional: ['start-gate'],
  });
  const { home: folder, panel: panelPath, gate: gatePath, 'start-gate': gateHome } = options;
  const stop = stopSignal();
  const clock = systemClock;
  const panel = new Panel(clock, randomInt(2 ** 40));
  const log = openLog('agent');
  const socketOf = (terminal: string) => ({ path: panelPath, panel, clock, terminal, software });
  const waiting = { clock, log, droppedLogLines, stop };
  const home = await homeIn(folder, { ...waiting, panelSocket: socketOf('unknown') });
  if (!home) return;
  // a disk that is full or read-only keeps nobody from being served; the next start tries it again
  await acceptNumbers(folder, home).catch(error => log.warn('numbers not remembered', failure(error)));
  for (const unshown of notOnReceipts(home.configuration).slice(0, maxUnshown))
    log.warn('text not on receipts', { ...unshown });
  const parts = { ...waiting, folder, home, contract, panelSocket: socketOf(home.terminal) };
  let left: Left = { stopped: undefined, rest: [] };
  do {
    try {
      left = await serve({ ...parts, gate: { socket: gatePath, home: gateHome } }, left.rest);
    } catch (error) {
      if (!isElsewhere(error)) throw error;
      const journal = join(folder, 'journal');
      await waitUntil(parts, journalCondition({ code: error.code }), async () => !isInUse(journal));
      left = { stopped: { code: error.code }, rest: [] }; // whoever has the journal has brought what was open to its end
      continue;
    }
    if (left.stopped && !stop.aborted) await serveNobody(parts, left.stopped);
  } while (left.stopped && !stop.aborted);
}

/** Waits until it can be read; undefined where the agent shall end before. */
async function homeIn(folder: string, parts: WaitParts): Promise<AgentHome | undefined> {
  let home: AgentHome | undefined;
  const read = () =>
    readHome(folder).then(
      found => {
        home = found;
        return undefined;
      },
      error => {
        if (isHomeError(error)) return error;
        throw error;
      },
    );
  const error = await read();
  if (!error) return home;
  writeStandardError(`${error.code}: ${error.message}\n${error.hint}\n`);
  const { code, message, hint } = error;
  const missing = { part: 'agent', code, hint: `${hint} ${message}.`, text: unreadable };
  await waitUntil(parts, missing, async () => !(await read()));
  return home;
}

/** Another process has the journal, or may have. */
const isElsewhere = (error: unknown): error is JournalError =>
  isJournalError(error) && (error.code === 'journal/inUse' || error.code === 'journal/lockLost');

if (import.meta.main)
  main().catch(error => {
    const hint = isMadoguchiError(error) ? `${error.code}: ${error.message}\n${error.hint}` : error?.stack;
    writeStandardError(`${hint}\n`);
    process.exitCode = 1;
  });
