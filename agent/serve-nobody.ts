// An agent whose journal may not be used: it serves nobody, and says so, on the screen and to whoever asks. A screen that
// stays dark would tell nobody why.
import { once } from 'node:events';
import type { Log } from '../drivers/contract/log.ts';
import { stoppedJournal } from './health/legs.ts';
import type { StatusReport } from './health/status.ts';
import { promptOf } from './panel/prompts.ts';
import { PanelSocket, type PanelSocketOptions } from './panel/socket.ts';

/** `code`: why, as the journal has it. Resolves when `stop` aborts. */
export async function serveNobody(
  door: Omit<PanelSocketOptions, 'status'>,
  code: string,
  { stop, log }: { stop: AbortSignal; log: Log },
): Promise<void> {
  const { panel, terminal, software } = door;
  const legs = [stoppedJournal(code)];
  const status = async (): Promise<StatusReport> => ({
    ...{ terminal, software, state: 'outOfService', legs, panelConnected: panel.connected },
    ...{ hubOnline: false, interrupted: [], claims: [] },
    journal: { waiting: 0, reserveReached: false, stopped: code },
  });
  const socket = new PanelSocket({ ...door, status });
  panel.show({ ...promptOf('outOfService'), legs });
  await socket.listen();
  log.error('agent serves nobody', { code });
  if (!stop.aborted) await once(stop, 'abort');
  await socket.close();
}
