// The two logs that are drained, and how they differ on the wire.
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
  sign(batch: Batch, oldest: number, topic: string, agent: KeyPair): Buffer;
}

export const ledgerLog: DrainedLog = {
  batches: 'ledger',
  acknowledgements: 'acknowledgement',
  mayDrop: false,
  sign: (batch, _, topic, agent) => signBatch(batch, topic, agent),
};

export const telemetryLog: DrainedLog = {
  batches: 'telemetry',
  acknowledgements: 'telemetryAcknowledgement',
  mayDrop: true,
  sign: (batch, oldest, topic, agent) => signTelemetryBatch({ ...batch, oldest }, topic, agent),
};
