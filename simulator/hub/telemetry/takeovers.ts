// Notices a terminal whose session at the broker is taken over again and again: a second machine has its name and certificate.
import { isProtocolError } from '../../../agent/protocol/error.ts';
import { readTelemetry, type TelemetryBatch } from '../../../agent/protocol/telemetry.ts';

/** One may be an operator who starts a machine twice. */
const tolerated = 2;
const withinMs = 86_400_000;

export class Takeovers {
  /** When each of the last was received, by terminal and epoch; by the record's number, for a batch may come twice. */
  readonly #received = new Map<string, Map<number, number>>();

  /** True where a verified batch reports one too many in a day. `now`: monotonic ms. */
  take({ terminal, epoch, from, records }: TelemetryBatch, now: number): boolean {
    const key = `${terminal} ${epoch}`;
    const received = this.#received.get(key) ?? new Map<number, number>();
    let isNew = false;
    for (const [i, { body }] of records.entries()) {
      if (received.has(from + i) || !isTakeover(body)) continue;
      received.set(from + i, now);
      isNew = true;
    }
    for (const [seq, at] of received) if (now - at > withinMs) received.delete(seq);
    this.#received.set(key, received);
    return isNew && received.size > tolerated;
  }
}

function isTakeover(body: Uint8Array): boolean {
  try {
    const record = readTelemetry(body);
    return record.type === 'link' && record.code === 'link/takenOver';
  } catch (error) {
    if (isProtocolError(error)) return false;
    throw error;
  }
}
