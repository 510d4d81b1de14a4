// A telemetry log in a folder of its own, of small segments.
import { createSecretKey } from 'node:crypto';
import { readTelemetry, type TelemetryRecord } from '../../../agent/protocol/telemetry.ts';
import { TelemetryLog, type TelemetryLogOptions } from '../../../agent/telemetry/telemetry-log.ts';
import { systemClock } from '../../../drivers/base/clock.ts';

export const limits = { segmentBytes: 64 << 10, budgetBytes: 256 << 10 };

export const smallLog = (folder: string, more: Partial<TelemetryLogOptions> = {}): Promise<TelemetryLog> =>
  TelemetryLog.open({
    folder,
    terminal: 'shop-1',
    epoch: 1,
    dataKeys: [createSecretKey(Buffer.alloc(32, 3))],
    clock: systemClock,
    limits,
    onFailure: error => {
      throw error;
    },
    ...more,
  });

/** Numbered, so that order and gaps can be seen. */
export const numbered = (waiting: number) =>
  ({ type: 'journal', waiting, reserveReached: false, dropped: 0, logDropped: 0 }) as const;

export async function recordsOf({ journal }: TelemetryLog): Promise<TelemetryRecord[]> {
  const entries = await journal!.read(journal!.oldest - 1, { limit: 1_000_000 });
  return entries.map(({ body }) => readTelemetry(body));
}

/** First and last of numbers that follow each other without a gap. Errors: they do not. */
export function span(numbers: readonly number[]): [first: number, last: number] {
  const wrong = numbers.findIndex((number, i) => number !== numbers[0]! + i);
  if (wrong >= 0 || numbers.length === 0) throw new Error(`${numbers[wrong]} behind ${numbers[wrong - 1]}`);
  return [numbers[0]!, numbers.at(-1)!];
}

export const numberOf = (record: TelemetryRecord): number =>
  record.type === 'journal' ? record.waiting : Number.NaN;
