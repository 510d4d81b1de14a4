// The agent process: reads its folder, and serves until a signal stops it. Where the journal may not be used, it serves nobody.
import { randomInt } from 'node:crypto';
import { parseArgs } from 'node:util';
import { systemClock } from '../drivers/base/clock.ts';
import { isMadoguchiError } from '../drivers/base/error.ts';
import { openLog } from '../drivers/base/log.ts';
import { readHome } from './config/home.ts';
import { Panel } from './panel/panel.ts';
import { serve } from './serve.ts';
import { serveNobody } from './serve-nobody.ts';
import { software } from './version.ts';

const help = `Usage: node --disable-sigusr1 --max-semi-space-size=2 agent/main.ts --home DIR --panel SOCKET --gate SOCKET [--start-gate DIR]

The agent of one terminal. Logs JSON lines to standard error; ends on SIGTERM or SIGINT.

  --home DIR        the agent's folder, as \`madoguchi enrol\` wrote it; the journal is kept in it too
  --panel SOCKET    Unix socket to serve the panel on (docs/panel.md)
  --gate SOCKET     Unix socket of the gate
  --start-gate DIR  start the gate as a child, with this folder (a developer's machine; elsewhere a service does it)
`;

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      home: { type: 'string' },
      panel: { type: 'string' },
      gate: { type: 'string' },
      'start-gate': { type: 'string' },
      help: { type: 'boolean' },
    },
  });
  const { home: folder, panel: panelPath, gate: gatePath, 'start-gate': gateHome } = values;
  if (values.help || !folder || !panelPath || !gatePath) {
    process.stderr.write(help);
    process.exitCode = values.help ? 0 : 2;
    return;
  }
  const stopping = new AbortController();
  // not `once`: a dying parent's threads may send a second signal, which must not interrupt the orderly end
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => stopping.abort());
  const home = await readHome(folder);
  const clock = systemClock;
  const panel = new Panel(clock, randomInt(2 ** 40));
  const parts = {
    folder,
    home,
    clock,
    log: openLog('agent'),
    panelSocket: { path: panelPath, panel, terminal: home.terminal, software },
    stop: stopping.signal,
  };
  const stopped = await serve({ ...parts, gate: { socket: gatePath, home: gateHome } });
  if (stopped !== undefined && !stopping.signal.aborted) await serveNobody(parts, stopped);
}

main().catch(error => {
  const hint = isMadoguchiError(error) ? `${error.code}: ${error.message}\n${error.hint}` : error?.stack;
  process.stderr.write(`${hint}\n`);
  process.exitCode = 1;
});
