// The agent process: reads its folder, opens journal, link, panel and gate, and serves until it is told to stop.
import { createSecretKey } from 'node:crypto';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { systemClock } from '../drivers/contract/clock.ts';
import { isMadoguchiError } from '../drivers/contract/error.ts';
import { failure, openLog } from '../drivers/contract/log.ts';
import { readHome } from './config/home.ts';
import { Counter } from './counter.ts';
import { GateKeeper } from './health/gate-keeper.ts';
import type { StatusReport } from './health/status.ts';
import { isJournalError, needsDecision } from './journal/journal-error.ts';
import { openJournal } from './journal/sealed-journal.ts';
import { startDrain } from './link/drain.ts';
import { openLink } from './link/link.ts';
import { Panel } from './panel/panel.ts';
import { PanelSocket } from './panel/socket.ts';
import { serveNobody } from './serve-nobody.ts';
import { Telemetry } from './telemetry/telemetry.ts';
import { TelemetryLog } from './telemetry/telemetry-log.ts';
import { TransactionLog } from './transaction/transaction-log.ts';
import { software } from './version.ts';

const help = `Usage: node agent/main.ts --home DIR --panel SOCKET --gate SOCKET [--start-gate DIR]

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
  const clock = systemClock;
  const log = openLog('agent');
  const home = await readHome(folder);
  const { terminal, epoch, signingKey, keySet, configuration } = home;

  const panel = new Panel(clock);
  const stopping = new AbortController();
  // not `once`: a second signal, which a dying parent's threads may send, must not cut the ending short
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => stopping.abort());
  const door = { path: panelPath, panel, terminal, software };

  const transactions = new TransactionLog(clock);
  const journal = await openJournal({
    folder: join(folder, 'journal'),
    log: 'ledger',
    terminal,
    epoch,
    dataKeys: [createSecretKey(home.journalKey)],
    checkpoint: () => transactions.checkpoint(),
  }).catch(error => {
    if (!needsDecision(error)) throw error;
    return error;
  });
  if (isJournalError(journal)) {
    log.error('journal not opened', failure(journal));
    return await serveNobody(door, journal.code, { stop: stopping.signal, log });
  }
  const interrupted = transactions.resume(journal);
  await transactions.started(software).catch(error => {
    if (!isJournalError(error)) throw error;
    log.error('start not recorded', failure(error)); // the counter says so too, and serves nobody
  });

  const own = { terminal, epoch, software, agentKey: signingKey, hubKey: () => keySet.keys.hub, clock };
  const untold = (error: Error) => log.warn('telemetry not told', failure(error));
  const told = await TelemetryLog.open({
    ...own,
    folder: join(folder, 'telemetry'),
    dataKey: home.journalKey,
    onFailure: untold,
  });
  const link = openLink({
    ...own,
    url: home.broker,
    tls: { key: home.tls.key, cert: home.tls.certificate, ca: home.tls.authority },
    onFailure: error => log.warn('link not opened', failure(error)),
  });
  /** Nobody is served before the hub has found its cursor in this journal, nor, where they disagree, until a person has decided. */
  let journalUnconfirmed = true;
  let journalStopped: string | undefined;
  const drain = startDrain({
    ...own,
    journal,
    link,
    onRefused: refused => {
      for (const { seq, code } of refused) log.error('record refused by the hub', { seq, code });
    },
    onAlarm: alarm => {
      log.error('ledger alarm', { code: alarm.code });
      journalStopped = alarm.code;
      counter.onChange();
    },
    onAgreed: () => {
      journalUnconfirmed = false;
      counter.onChange();
    },
  });
  const telemetry = new Telemetry({
    ...own,
    log: told,
    link,
    ledger: journal,
    ledgerDrain: drain,
    onFailure: untold,
  });
  const main = fileURLToPath(new URL('../drivers/gate/main.ts', import.meta.url));
  const gate = new GateKeeper({
    socket: gatePath,
    ...(gateHome && { command: [process.execPath, '--disable-sigusr1', main, '--home', gateHome] }),
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
    journalUnconfirmed: () => journalUnconfirmed,
    journalStopped: () => journalStopped,
    onLook: seen => telemetry.onLook(seen),
    onStep: (transaction, state, { is }) => {
      log.info('step', { transaction, at: state.at, event: is });
      telemetry.onStep(transaction, state);
    },
  });
  gate.onNews(news => counter.onGate(news));
  link.onOnline(() => counter.onChange());
  stopping.signal.addEventListener('abort', () => counter.close());
  const socket = new PanelSocket({
    ...door,
    status: async (): Promise<StatusReport> => {
      const { reserveReached, failure: refused } = await journal.health();
      return {
        ...{ terminal, software, ...counter.status },
        ...{ panelConnected: panel.connected, hubOnline: link.online },
        journal: {
          waiting: journal.last.seq - journal.acknowledged.seq,
          reserveReached,
          ...(refused && { failure: refused.code }),
          ...(journalStopped !== undefined && { stopped: journalStopped }),
        },
      };
    },
  });
  await socket.listen();
  gate.start();
  log.info('agent serves', { terminal, interrupted: interrupted.length });
  try {
    await counter.serve(interrupted);
  } finally {
    counter.close();
    await gate.close();
    await socket.close();
    await drain.close();
    await telemetry.close();
    await link.close();
    await journal.close();
  }
}

main().catch(error => {
  const hint = isMadoguchiError(error) ? `${error.code}: ${error.message}\n${error.hint}` : error?.stack;
  process.stderr.write(`${hint}\n`);
  process.exitCode = 1;
});
