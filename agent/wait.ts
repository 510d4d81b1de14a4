// An agent that cannot begin: its folder cannot be read, or another process has its journal. It says so on the screen and in the status,
// without the hub, and tries again. A program that ends would only be started again, before a dark screen.
import { connect } from 'node:net';
import type { Clock } from '../drivers/base/clock.ts';
import type { Log } from '../drivers/base/log.ts';
import type { AgentParts } from './agent-parts.ts';
import type { StatusReport } from './counter/status-report.ts';
import { promptOf } from './panel/prompts.ts';
import { PanelSocket } from './panel/socket.ts';

export interface WaitParts extends Pick<AgentParts, 'panelSocket' | 'droppedLogLines' | 'stop'> {
  clock: Clock;
  log: Log;
}

/** As in the status: what is missing. */
type Missing = StatusReport['conditions'][number];

/** Until it is tried again for the first time, and from then on, in ms. */
const [soonMs, againMs] = [3_000, 15_000];

/** Resolves when `isOver`, or when the agent shall end. Errors: those of `isOver`. */
export async function waitUntil(
  parts: WaitParts,
  missing: Missing,
  isOver: () => Promise<boolean>,
): Promise<void> {
  const { clock, log, stop, panelSocket } = parts;
  log.error('agent cannot begin', { code: missing.code, hint: missing.hint });
  panelSocket.panel.show({ ...promptOf('outOfService'), conditions: [missing] });
  let socket: PanelSocket | undefined;
  try {
    for (let pauseMs = soonMs; ; pauseMs = againMs) {
      await clock.sleep(pauseMs, stop).catch(() => undefined); // it shall end
      if (stop.aborted || (await isOver())) return;
      socket ??= await opened(parts, missing);
    }
  } finally {
    await socket?.close();
  }
}

/** Undefined where somebody answers at the panel's socket: the agent that has the journal, and which serves. */
async function opened(
  { panelSocket, droppedLogLines }: WaitParts,
  missing: Missing,
): Promise<PanelSocket | undefined> {
  const { path, panel, terminal, software } = panelSocket;
  if (await isAnswered(path)) return undefined;
  const status = async (): Promise<StatusReport> => ({
    ...{ terminal, software, state: 'outOfService', conditions: [missing], panelConnected: panel.connected },
    ...{ hubOnline: false, interrupted: [], claims: [], log: { dropped: droppedLogLines() } },
    journal: { waiting: 0, reserveReached: false, stopped: missing.code },
  });
  const socket = new PanelSocket({ ...panelSocket, status });
  await socket.listen();
  return socket;
}

function isAnswered(path: string): Promise<boolean> {
  return new Promise(resolve => {
    const probe = connect(path);
    probe.once('connect', () => resolve(true)).once('error', () => resolve(false));
    probe.once('connect', () => probe.destroy());
  });
}
