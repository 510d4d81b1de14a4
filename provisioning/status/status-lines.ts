// A status as lines for a person: the shop's staff, an installer. Pure.
import type { StatusReport } from '../../agent/counter/status-report.ts';
import { inGroups } from '../../agent/transaction/state.ts';
import { shownText } from '../command-line/table.ts';

const states = { open: 'open', serving: 'serving somebody', outOfService: 'OUT OF SERVICE' } as const;

export const statusLines = (report: StatusReport): string[] =>
  [
    `${report.terminal}: ${states[report.state]} (${report.software})`,
    ...report.conditions.flatMap(({ code, hint, text }) => [`  missing: ${code}: ${hint}`, `    ${text}`]),
    ...(report.state === 'outOfService' && report.conditions.length === 0
      ? ['  It has just started and looks at its conditions: ask again.']
      : []),
    ...(report.warnings ?? []).map(({ code, hint }) => `  warning: ${code}: ${hint}`),
    `  devices: ${devicesOf(report)}`,
    `  screen and till: ${there(report.panelConnected)}; hub: ${there(report.hubOnline)}`,
    ...hubOf(report),
    `  journal: ${journalOf(report.journal)}`,
    ...(report.log?.dropped
      ? [`  log: ${report.log.dropped} lines could not be written since the start`]
      : []),
    ...transactionsOf(report),
  ].map(shownText); // what answers at the socket may be another program

const there = (online: boolean): string => (online ? 'there' : 'AWAY');

function hubOf({ hub }: StatusReport): string[] {
  if (!hub) return [];
  const { brokerOnline, failure, reason, bytesPerSecond, clockAheadMs, certificate, unused, lastUnused } =
    hub;
  const { file, until, days } = certificate;
  const last = lastUnused && `, the last on ${lastUnused.topic}: ${lastUnused.code} ${lastUnused.path ?? ''}`;
  const why = [failure, reason !== undefined && `the broker's reason ${reason}`].filter(Boolean).join(', ');
  const all = [
    `broker ${there(brokerOnline)}${why && ` (${why})`}`,
    ...(bytesPerSecond === undefined ? [] : [`line ${Math.round(bytesPerSecond / 125)} kbit/s`]),
    `clock ${clockOf(clockAheadMs)}`,
    `${file} until ${until} (${days} days)`,
    `${unused} messages not used${last?.trimEnd() ?? ''}`,
  ];
  return [`  to the hub: ${all.join('; ')}`];
}

function clockOf(aheadMs: number | undefined): string {
  if (aheadMs === undefined) return 'not compared with the hub’s yet';
  return `${(Math.abs(aheadMs) / 1000).toFixed(1)} s ${aheadMs < 0 ? 'behind' : 'ahead of'} the hub’s`;
}

function devicesOf({ devices }: StatusReport): string {
  if (!devices) return 'not known, the gate does not answer or was not asked';
  const { native, card, pinpad, receipt, page } = devices;
  const all = [
    `card reader ${there(native && card.online)}`,
    `PIN pad ${there(native && pinpad.online)}`,
    `receipt printer ${there(native && receipt.online)}`,
    `page printer ${there(page.online)}`,
  ];
  return all.join(', ');
}

const journalOf = ({
  waiting,
  reserveReached,
  failure,
  limit,
  path,
  stopped,
}: StatusReport['journal']): string =>
  [
    `${waiting} records not yet acknowledged by the hub`,
    ...(reserveReached ? ['the reserve is reached'] : []),
    ...(failure ? [`the disk refuses (${[failure, limit, path].filter(Boolean).join(', ')})`] : []),
    ...(stopped ? [`stopped (${stopped})`] : []),
  ].join('; ');

function transactionsOf({ serving, interrupted, claims }: StatusReport): string[] {
  const one = (what: string) => (it: { transaction: string; at: string }) =>
    `  ${what}: ${inGroups(it.transaction)} (${it.at})`;
  return [
    ...(serving ? [one('under way')(serving)] : []),
    ...interrupted.map(one('interrupted, is brought to its end')),
    `  claims: ${claims.length === 0 ? 'none' : claims.length}`,
    ...claims.map(
      ({ transaction, number, outcome, code, owedYen, paper }) =>
        `    ${number ? `${number}, ` : ''}${inGroups(transaction)} (${outcome}, ${code}${owedYen ? `, ${owedYen} yen owed` : ''}${paper ? `; the gate has signed since: ${paper}` : ''}): hand the claim slip over, or this number; the operator decides`,
    ),
  ];
}
