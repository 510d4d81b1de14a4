// An agent whose journal may not be used. It serves nobody, and says so on the screen, in the status, and to the hub, whose
// operator decides. It stays up, because a dark screen would tell nobody why.
import { once } from 'node:events';
import type { AgentParts, Stopped } from './agent-parts.ts';
import type { StatusReport } from './counter/status.ts';
import { HubSide } from './hub-side.ts';
import { promptOf } from './panel/prompts.ts';
import { PanelSocket } from './panel/socket.ts';
import { warningsOf } from './readiness/hub-conditions.ts';
import { stoppedJournal } from './readiness/readiness.ts';

/** Resolves when the agent shall end. */
export async function serveNobody(parts: AgentParts, stopped: Stopped): Promise<void> {
  const { panelSocket, log, stop } = parts;
  const { panel, terminal, software } = panelSocket;
  const { code } = stopped;
  const legs = [stoppedJournal(code)];
  const hub = new HubSide(parts, stopped);
  const status = async (): Promise<StatusReport> => ({
    ...{ terminal, software, state: 'outOfService', legs, panelConnected: panel.connected },
    ...{ ...hub.report, warnings: warningsOf(hub.facts()), interrupted: [], claims: [] },
    journal: { waiting: 0, reserveReached: false, stopped: code },
  });
  const socket = new PanelSocket({ ...panelSocket, status });
  panel.show({ ...promptOf('outOfService'), legs });
  try {
    await socket.listen();
    log.error('agent serves nobody', { code });
    if (!stop.aborted) await once(stop, 'abort');
  } finally {
    await socket.close();
    await hub.close();
  }
}
