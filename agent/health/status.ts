// How a terminal stands, for whoever asks on its panel socket (`madoguchi status`). Nothing personal, no secret.
import type { DeviceStatus } from '../../drivers/contract/commands.ts';
import type { MissingLeg } from './legs.ts';

/** A transaction whose money or paper a person decides about. */
export interface Claim {
  /** 32 hex digits. */
  transaction: string;
  outcome: 'refundDue' | 'unknown';
  code: string;
}

export interface StatusReport {
  terminal: string;
  software: string;
  state: 'open' | 'serving' | 'outOfService';
  /** Why it is out of service, in the order in which a person would look. */
  legs: readonly MissingLeg[];
  /** Undefined while the gate does not answer. */
  devices: DeviceStatus | undefined;
  panelConnected: boolean;
  hubOnline: boolean;
  /** Records that the hub has not acknowledged; `stopped`: a code, where the journal may not be used. */
  journal: { waiting: number; reserveReached: boolean; failure?: string; stopped?: string };
  /** Transactions of before a restart that have not reached their end. */
  interrupted: number;
  /** Since the agent's start, the youngest last. */
  claims: readonly Claim[];
}
