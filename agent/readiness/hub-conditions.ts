// What is missing on the way to the hub, and what will be: hub and services, certificates, clock. Pure.
import type { Validity } from '../config/tls-files.ts';
import type { HubStanding } from '../link/hub-watch.ts';
import type { ServiceName } from '../protocol/exchange.ts';
import { type Condition, type ConditionCode, conditionOf } from './condition-codes.ts';
import { type Warning, warningOf } from './warnings.ts';

export interface HubFacts {
  standing: HubStanding;
  /** Of the link's certificate that runs out first. */
  validity: Validity;
  /** ms since 1970 UTC: the hub's time where this machine's clock is wrong. */
  wall: number;
  /** How far this machine's clock is ahead of the hub's, in ms, where it is wrong; undefined: it is right, or was not compared yet. */
  wrongByMs: number | undefined;
  /** The line to the broker was measured, and no document would come in time (slow-line.ts). */
  lineTooSlow: boolean;
}

const dayMs = 86_400_000;

/** Whole days until the certificate runs out; negative after that. */
export const daysLeft = ({ validity, wall }: Pick<HubFacts, 'validity' | 'wall'>): number =>
  Math.floor((validity.until - wall) / dayMs);

/** The day in Japan, as `2026-11-30`. */
export const dayOf = (wall: number): string =>
  new Date(wall).toLocaleDateString('sv-SE', { timeZone: 'Asia/Tokyo' });

const codeOfService: Record<ServiceName, ConditionCode> = {
  cardAuthentication: 'hub/cardAuthentication',
  cardStandard: 'hub/cardStandard',
  issuing: 'hub/issuing',
};

/** An expired certificate is missing only where there is no connection: one that stands is not cut by it. */
export function hubConditions({ standing, validity, wall, lineTooSlow }: HubFacts): Condition[] {
  const slow = lineTooSlow ? [conditionOf('hub/slow')] : [];
  if (standing.is === 'there')
    return [...standing.missing.map(name => conditionOf(codeOfService[name])), ...slow];
  if (standing.failure === 'link/version') return [conditionOf('hub/version')];
  // an answer may come too late on such a line
  if (standing.is === 'silent') return lineTooSlow ? slow : [conditionOf('hub/silent')];
  if (wall <= validity.until) return [conditionOf('hub/offline')];
  const expired = conditionOf('certificate/expired');
  return [{ ...expired, hint: `${expired.hint} ${ranOut(validity)}` }];
}

export const warningsOf = ({ validity, wall, wrongByMs }: HubFacts): Warning[] => [
  ...(wrongByMs === undefined ? [] : [wrongClock(wrongByMs)]),
  ...(wrongByMs === undefined && wall < validity.from ? [clockBehind(validity, wall)] : []),
  ...(wall > validity.until - (validity.until - validity.from) / 3 ? [ending(validity, wall)] : []),
];

const ranOut = ({ file, until }: Validity) => `${file} was valid until ${dayOf(until)}.`;

function wrongClock(aheadMs: number): Warning {
  const warning = warningOf('clock/wrong');
  const by = `${Math.round(Math.abs(aheadMs) / 1000)} s ${aheadMs > 0 ? 'ahead of' : 'behind'}`;
  return { ...warning, hint: `${warning.hint} It is ${by} the hub's.` };
}

/** Without a connection no time of the hub's is known; but a certificate is not made in the future. */
function clockBehind({ file, from }: Validity, wall: number): Warning {
  const warning = warningOf('clock/wrong');
  return {
    ...warning,
    hint: `${warning.hint} It shows ${dayOf(wall)}; ${file} is valid from ${dayOf(from)}.`,
  };
}

function ending(validity: Validity, wall: number): Warning {
  const warning = warningOf('certificate/ending');
  const { file, until } = validity;
  const days = daysLeft({ validity, wall });
  const when = days < 0 ? ranOut(validity) : `${file} is valid until ${dayOf(until)}: ${days} days left.`;
  return { ...warning, hint: `${warning.hint} ${when}` };
}
