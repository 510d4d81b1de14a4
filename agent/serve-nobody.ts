// An agent whose journal cannot be used: somebody has to decide about it, or its disk takes nothing. It serves nobody, and says so,
// and why, on the screen, in the status, and to the hub. It stays up, because a dark screen would tell nobody why.
import type { AgentParts, Stopped } from './agent-parts.ts';
import { failureReport, type StatusReport } from './counter/status-report.ts';
import { HubSide } from './hub-side.ts';
import { isDiskTroubleCode } from './journal/journal-error.ts';
import { whyStopped } from './ledger/ledger-journal.ts';
import { promptOf } from './panel/prompts.ts';
import { PanelSocket } from './panel/socket.ts';
import { warningsOf } from './readiness/hub-conditions.ts';
import { journalCondition } from './readiness/journal-conditions.ts';
import { TransactionLog } from './transaction/transaction-log.ts';

/** How often a disk that took nothing is tried again, in ms. */
const againMs = 15_000;

/** Resolves when the agent shall end, or when the journal can be used again, or cannot for another reason. */
export async function serveNobody(parts: AgentParts, stopped: Stopped): Promise<void> {
  const { panelSocket, log } = parts;
  const { panel, terminal, software } = panelSocket;
  const { code, evidence } = stopped;
  const conditions = [journalCondition(stopped)];
  const hub = new HubSide(parts, { code, ...(evidence && { evidence }) });
  const status = async (): Promise<StatusReport> => ({
    ...{ terminal, software, state: 'outOfService', conditions, panelConnected: panel.connected },
    ...{ ...hub.report, warnings: warningsOf(hub.facts()), interrupted: [], claims: [] },
    journal: { waiting: 0, reserveReached: false, ...failureReport(stopped), stopped: code },
    log: { dropped: parts.droppedLogLines() },
  });
  const socket = new PanelSocket({ ...panelSocket, status });
  panel.show({ ...promptOf('outOfService'), conditions });
  try {
    await socket.listen();
    log.error('agent serves nobody', { code, ...failureReport(stopped) });
    await untilOther(parts, stopped);
  } finally {
    await socket.close();
    await hub.close();
  }
}

/** A person who decides, or puts a key back, starts the terminal again. A disk is tried again by itself. */
async function untilOther(parts: AgentParts, { code }: Stopped): Promise<void> {
  const { clock, stop, panelSocket } = parts;
  const isOver = () => stop.aborted;
  while (!isOver()) {
    await clock.sleep(againMs, stop).catch(() => undefined); // it shall end
    if (isOver() || !isDiskTroubleCode(code)) continue;
    const log = new TransactionLog(clock);
    const now = await whyStopped(parts, log, () => log.started(panelSocket.software));
    if (now?.code !== code) return;
  }
}
