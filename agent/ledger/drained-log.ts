// The two logs that are drained, and how they differ on the wire.
import type { Contract } from '../protocol/contract.ts';
import type { KeyPair } from '../protocol/cose-key.ts';
import { type Batch, signBatch } from '../protocol/ledger.ts';
import { signTelemetryBatch } from '../protocol/telemetry.ts';
import type { Topics } from '../protocol/topics.ts';

export interface DrainedLog {
  batches: keyof Topics;
  acknowledgements: keyof Topics;
  /** Whether the journal drops its oldest records when it is full. Where it does not, a missing record is an alarm. */
  mayDrop: boolean;
  /** `oldest`: number of the oldest record that is kept. */
  sign(batch: Batch, oldest: number, topic: string, agent: KeyPair, spoken?: Contract): Buffer;
}

export const ledgerLog: DrainedLog = {
  batches: 'ledger',
  acknowledgements: 'acknowledgement',
  mayDrop: false,
  sign: (batch, _, topic, agent, spoken) => signBatch(batch, topic, agent, spoken),
};

export const telemetryLog: DrainedLog = {
  batches: 'telemetry',
  acknowledgements: 'telemetryAcknowledgement',
  mayDrop: true,
  sign: (batch, oldest, topic, agent, spoken) =>
    signTelemetryBatch({ ...batch, oldest }, topic, agent, spoken),
};
