// Rule 10: which leg the terminal does not stand on, said before a card's PIN or money is taken. Pure.

import { MadoguchiError } from '../../drivers/base/error.ts';
import type { DeviceStatus } from '../../drivers/contract/commands.ts';
import type { Standing } from '../ledger/drain.ts';
import { type LegCode, legOf, type MissingLeg } from './condition-codes.ts';
import { pageLegs } from './page-conditions.ts';

export interface Legs {
  /** Undefined while the gate does not answer. */
  devices: DeviceStatus | undefined;
  hubOnline: boolean;
  panelConnected: boolean;
  /** The journal has reached its reserve, or takes nothing. */
  journalFull: boolean;
  /** How the hub's ledger stands to the journal. */
  standing: Standing;
  /** Why the journal may not be used until a person has decided (a code of journal or ledger); undefined where it may. */
  journalStopped: string | undefined;
  /** A transaction of before a restart has not reached its end. */
  openTransaction: boolean;
}

/** Empty when a resident may be served; in the order in which a person would look. */
export const missingLegs = (legs: Legs): MissingLeg[] => [
  ...ownLegs(legs),
  ...(legs.devices ? deviceLegs(legs.devices) : []),
];

/** Until a person has decided. `why`: the code of journal or ledger. */
export function stoppedJournal(why: string): MissingLeg {
  const leg = legOf('journal/stopped');
  return { ...leg, hint: `${leg.hint} (${why}).` };
}

/** What a paid certificate could not come out without: looked at once more before the fee. Errors: LegError. */
export function insistOnPaper(devices: DeviceStatus): void {
  const missing = deviceLegs(devices).find(({ leg }) => leg !== 'card' && leg !== 'pinpad');
  if (missing) throw new LegError(missing);
}

/** A leg that went in the middle of a transaction. */
export class LegError extends MadoguchiError {
  declare readonly code: LegCode;

  constructor({ leg, code, hint }: MissingLeg) {
    super(code, `The leg ${leg} is missing.`, hint, { completion: 'deviceNotReady' });
  }
}

function ownLegs({ devices, ...own }: Legs): MissingLeg[] {
  return [
    ...(own.panelConnected ? [] : [legOf('panel/offline')]),
    ...(own.hubOnline ? [] : [legOf('hub/offline')]),
    ...journalLegs(own),
    ...(own.openTransaction ? [legOf('money/open')] : []),
    ...(devices ? [] : [legOf('gate/offline')]),
  ];
}

function journalLegs(own: Omit<Legs, 'devices'>): MissingLeg[] {
  if (own.journalStopped !== undefined) return [stoppedJournal(own.journalStopped)];
  if (own.journalFull) return [legOf('journal/reserve')];
  if (own.standing === 'hubBehind') return [legOf('journal/hubBehind')];
  return own.standing === 'unconfirmed' && own.hubOnline ? [legOf('journal/unconfirmed')] : [];
}

const deviceLegs = ({ native, card, pinpad, receipt, page }: DeviceStatus): MissingLeg[] => [
  ...(native
    ? [...(card.online ? [] : ['card/readerOffline' as const]), ...padLegs(pinpad), ...receiptLegs(receipt)]
    : ['native/offline' as const]
  ).map(legOf),
  ...pageLegs(page),
];

function* padLegs({ online, tampered, counterFile }: DeviceStatus['pinpad']): Generator<LegCode> {
  if (tampered) yield 'pinpad/tampered';
  else if (counterFile) yield 'pinpad/counterFile';
  else if (!online) yield 'pinpad/offline';
}

function* receiptLegs({ online, cover, paper, error }: DeviceStatus['receipt']): Generator<LegCode> {
  if (!online) yield 'receipt/offline';
  else {
    if (cover === 'open') yield 'receipt/cover';
    if (paper === 'out') yield 'receipt/paper';
    if (error !== 'none' && error !== 'unknown') yield 'receipt/error';
  }
}
