// The agent at work: opens journal, link, panel and gate, and serves.
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { failure } from '../drivers/base/log.ts';
import { type AgentParts, openAgentLink, type Stopped } from './agent-parts.ts';
import { Counter } from './counter/counter.ts';
import { GateKeeper } from './counter/gate-connection.ts';
import type { StatusReport } from './counter/status.ts';
import { isJournalError, type JournalError } from './journal/journal-error.ts';
import { type Standing, startDrain } from './ledger/drain.ts';
import { deliverFormer } from './ledger/former-journals.ts';
import { openLedgerJournal, stopJournal } from './ledger/open-ledger.ts';
import { PanelSocket } from './panel/socket.ts';
import { Telemetry } from './telemetry/telemetry.ts';
import { TelemetryLog } from './telemetry/telemetry-log.ts';
import { TransactionLog } from './transaction/transaction-log.ts';

const gateMain = fileURLToPath(new URL('./gate/main.ts', import.meta.url));

export interface ServeParts extends AgentParts {
  /** The gate's socket, and its folder where it is to be started as a child. */
  gate: { socket: string; home: string | undefined };
}

/** Resolves when the agent shall end; before that, and with the reason, when the journal may not be used. */
export async function serve(parts: ServeParts): Promise<Stopped | undefined> {
  const { home, clock, log, panelSocket, stop } = parts;
  const { panel, software } = panelSocket;
  const { terminal, epoch, signingKey, keySet, configuration } = home;
  const transactions = new TransactionLog(clock);
  const opened = await openLedgerJournal(parts, transactions);
  if ('stopped' in opened) return opened.stopped;
  const { journal, open: interrupted } = opened;
  await transactions.started(software).catch(error => {
    if (!isJournalError(error)) throw error;
    log.error('start not recorded', failure(error)); // the counter says so too, and serves nobody
  });

  const own = {
    ...{ terminal, epoch, software, clock, agentKey: signingKey },
    hubKey: () => keySet.keys.hub,
  };
  const unreported = (error: Error) => log.warn('telemetry not told', failure(error));
  const told = await TelemetryLog.open({
    ...own,
    folder: join(parts.folder, 'telemetry'),
    dataKeys: home.journalKeys,
    onFailure: unreported,
  });
  const link = openAgentLink(parts);
  /** Nobody is served unless the hub's cursor is found in this journal, nor, where they disagree, until a person has decided. */
  let standing: Standing = 'unconfirmed';
  let alarm: JournalError | undefined;
  const gate = new GateKeeper({
    socket: parts.gate.socket,
    ...(parts.gate.home && {
      command: [process.execPath, '--disable-sigusr1', gateMain, '--home', parts.gate.home],
    }),
    software,
    clock,
    log,
    random: Math.random,
  });
  const counter = new Counter({
    ports: { gate, hub: link, panel, clock, configuration, terminal, log },
    log: transactions,
    hubOnline: () => link.online,
    journalFull: async () => {
      const { reserveReached, failure: refused } = await journal.health();
      return reserveReached || refused !== undefined;
    },
    standing: () => standing,
    journalStopped: () => alarm?.code,
    onLook: seen => telemetry.onLook(seen),
    onStep: (transaction, state, { is }) => {
      log.info('step', { transaction, at: state.at, event: is });
      telemetry.onStep(transaction, state);
    },
  });
  const drain = startDrain({
    ...own,
    journal,
    link,
    onRefused: refused => {
      for (const { seq, code } of refused) log.error('record refused by the hub', { seq, code });
    },
    onAlarm: raised => {
      log.error('ledger alarm', { code: raised.code });
      alarm = raised;
      counter.onChange();
    },
    onStanding: now => {
      if (now === 'hubBehind')
        log.error('the hub lacks what it acknowledged', { upto: journal.acknowledged.seq });
      standing = now;
      counter.onChange();
    },
  });
  const telemetry = new Telemetry({
    ...own,
    log: told,
    link,
    ledger: journal,
    ledgerDrain: drain,
    onFailure: unreported,
  });
  gate.onNews(news => counter.onGate(news));
  link.onOnline(() => counter.onChange());
  stop.addEventListener('abort', () => counter.close());
  const socket = new PanelSocket({
    ...panelSocket,
    status: async (): Promise<StatusReport> => {
      const { reserveReached, failure: refused } = await journal.health();
      return {
        ...{ terminal, software, ...counter.status },
        ...{ panelConnected: panel.connected, hubOnline: link.online },
        journal: {
          waiting: journal.last.seq - journal.acknowledged.seq,
          reserveReached,
          ...(refused && { failure: refused.code }),
          ...(alarm && { stopped: alarm.code }),
        },
      };
    },
  });
  const former = deliverFormer(parts, link);
  try {
    await socket.listen();
    gate.start();
    log.info('agent serves', { terminal, interrupted: interrupted.length });
    await counter.serve(interrupted);
  } finally {
    counter.close();
    await gate.close();
    await socket.close();
    await former.stop();
    await drain.close();
    await telemetry.close();
    await link.close();
    await journal.close();
  }
  return alarm && stopJournal(parts, alarm);
}
