// The agent at work: connects its rooms, and serves.
import { failure } from '../drivers/base/log.ts';
import { programFile } from '../drivers/base/program-file.ts';
import type { AgentParts, Stopped } from './agent-parts.ts';
import { Counter } from './counter/counter.ts';
import { GateKeeper } from './counter/gate-connection.ts';
import { journalReport, type StatusReport } from './counter/status-report.ts';
import { HubSide } from './hub-side.ts';
import { isDiskTrouble, isJournalError, JournalError } from './journal/journal-error.ts';
import { journalFailure } from './journal/journal-failure.ts';
import { KeySets } from './key-sets.ts';
import { Ledger } from './ledger/ledger.ts';
import { PanelSocket } from './panel/socket.ts';
import { Telemetry } from './telemetry/telemetry.ts';
import { type Pending, TransactionLog } from './transaction/transaction-log.ts';

const gateMain = programFile(import.meta.filename, './gate/main');

export interface ServeParts extends AgentParts {
  /** The gate's socket, and its folder where it is to be started as a child. */
  gate: { socket: string; home: string | undefined };
}

/** What one agent leaves to the next one of the same process. */
export interface Left {
  /** Why nobody is served; undefined where the agent shall end. */
  stopped: Stopped | undefined;
  /** Steps that the disk did not take. */
  rest: readonly Pending[];
}

/**
 * `rest`: what was left before. Resolves when the agent shall end; earlier, and with the reason, where the journal cannot be used.
 * Errors: journal/inUse, journal/lockLost: another agent has the journal.
 */
export async function serve(parts: ServeParts, rest: readonly Pending[] = []): Promise<Left> {
  const { home, clock, log, panelSocket, stop } = parts;
  const { panel, software } = panelSocket;
  const { terminal, configuration } = home;
  const transactions = new TransactionLog(clock);
  const opened = await Ledger.open(parts, transactions);
  if ('stopped' in opened) return { stopped: opened.stopped, rest };
  const { ledger } = opened;
  const interrupted = await transactions.takeOver(rest).catch(async error => {
    await ledger.close();
    if (!isDiskTrouble(error)) throw error;
    return journalFailure(error);
  });
  // nothing may be resumed before it: it would follow a state that these steps have left
  if (!Array.isArray(interrupted)) return { stopped: interrupted, rest: [...transactions.rest] };
  await transactions.started(software).catch(error => {
    if (!isJournalError(error)) throw error;
    log.error('start not recorded', failure(error)); // the counter finds the same, and serves nobody
  });
  const hub = new HubSide(parts);
  const { link } = hub;
  const telemetry = await Telemetry.open(parts, { ledger, link, hub });
  const gate = new GateKeeper({
    socket: parts.gate.socket,
    ...(parts.gate.home && {
      command: [process.execPath, '--disable-sigusr1', gateMain, '--home', parts.gate.home],
    }),
    ...{ software, clock, log, random: Math.random },
  });
  const counter = new Counter({
    ports: { gate, hub: link, panel, clock: hub.clock, configuration, terminal, log },
    log: transactions,
    ledger,
    hub,
    onLook: seen => telemetry.onLook(seen),
    onStep: (transaction, state, { is }) => {
      log.info('step', { transaction, at: state.at, event: is });
      telemetry.onStep(transaction, state);
    },
  });
  const socket = new PanelSocket({
    ...panelSocket,
    status: async (): Promise<StatusReport> => ({
      ...{ terminal, software, ...counter.status },
      ...{ panelConnected: panel.connected, ...hub.report },
      journal: journalReport(await ledger.status()),
      log: { dropped: parts.droppedLogLines() },
    }),
  });
  gate.onNews(news => counter.onGate(news));
  new KeySets({ ...parts, link, gate, onUnused: hub.onUnused }).start();
  hub.onChange(() => counter.onChange());
  ledger.onChange(() => counter.onChange());
  stop.addEventListener('abort', () => counter.close());
  if (stop.aborted) counter.close(); // it came while the journal was opened
  ledger.start(link, { onUnused: hub.onUnused });
  telemetry.start();
  try {
    await socket.listen();
    gate.start();
    log.info('agent serves', { terminal, interrupted: interrupted.length });
    await counter.serve(interrupted);
  } finally {
    counter.close();
    await gate.close();
    await socket.close();
    await ledger.close();
    await telemetry.close();
    await hub.close();
  }
  const { trouble } = counter;
  const stopped = trouble ? journalFailure(trouble) : await ledger.stop();
  // another agent may have the journal, and serves: this one must not take screen and link from it
  if (stopped?.code === 'journal/lockLost') throw new JournalError(stopped.code);
  return { stopped, rest: [...transactions.rest] };
}
