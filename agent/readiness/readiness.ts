// Which conditions are missing, before a card's PIN or money is taken. Pure.

import { MadoguchiError } from '../../drivers/base/error.ts';
import type { DeviceStatus } from '../commands/device-status.ts';
import type { LedgerStatus } from '../ledger/ledger-status.ts';
import { type Condition, type ConditionCode, conditionOf } from './condition-codes.ts';
import { type HubFacts, hubConditions } from './hub-conditions.ts';
import { ledgerConditions } from './journal-conditions.ts';
import { pageConditions } from './page-conditions.ts';

export interface ReadinessFacts {
  /** Undefined while the gate does not answer. */
  devices: DeviceStatus | undefined;
  hub: HubFacts;
  panelConnected: boolean;
  ledger: LedgerStatus;
  /** A transaction of a previous run has not ended. */
  openTransaction: boolean;
}

/** Empty where a resident may be served; else in the order in which a person would look. */
export const missingConditions = (facts: ReadinessFacts): Condition[] => [
  ...ownConditions(facts),
  ...(facts.devices ? deviceConditions(facts.devices) : []),
];

/** Checks, before the fee is asked for, what a certificate and its receipt need to come out. Errors: ConditionError. */
export function insistOnPaper(devices: DeviceStatus): void {
  const missing = deviceConditions(devices).find(({ part }) => part !== 'card' && part !== 'pinpad');
  if (missing) throw new ConditionError(missing);
}

/** A condition that went missing in the middle of a transaction. */
export class ConditionError extends MadoguchiError {
  declare readonly code: ConditionCode;

  constructor({ part, code, hint }: Condition) {
    super(code, `A condition of ${part} is missing.`, hint, { completion: 'deviceNotReady' });
  }
}

function ownConditions({ devices, ...own }: ReadinessFacts): Condition[] {
  return [
    ...(own.panelConnected ? [] : [conditionOf('panel/offline')]),
    ...hubConditions(own.hub),
    ...ledgerConditions(own.ledger, own.hub.standing.is === 'there'),
    ...(own.openTransaction ? [conditionOf('money/open')] : []),
    ...(devices ? [] : [conditionOf('gate/offline')]),
  ];
}

const deviceConditions = ({ native, card, pinpad, receipt, page }: DeviceStatus): Condition[] => [
  ...(native
    ? [
        ...(card.online ? [] : ['card/readerOffline' as const]),
        ...padConditions(pinpad),
        ...receiptConditions(receipt),
      ]
    : ['native/offline' as const]
  ).map(conditionOf),
  ...pageConditions(page),
];

function* padConditions({ online, tampered, counterFile }: DeviceStatus['pinpad']): Generator<ConditionCode> {
  if (tampered) yield 'pinpad/tampered';
  else if (counterFile) yield 'pinpad/counterFile';
  else if (!online) yield 'pinpad/offline';
}

function* receiptConditions({
  online,
  cover,
  paper,
  error,
}: DeviceStatus['receipt']): Generator<ConditionCode> {
  if (!online) yield 'receipt/offline';
  else {
    if (cover === 'open') yield 'receipt/cover';
    if (paper === 'out') yield 'receipt/paper';
    if (error !== 'none' && error !== 'unknown') yield 'receipt/error';
  }
}
