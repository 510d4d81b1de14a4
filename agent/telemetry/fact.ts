// What is told: a record of the contract, before it is known when.
import type { TelemetryRecord } from '../protocol/telemetry.ts';

type WithoutTime<R> = R extends unknown ? Omit<R, 'ms' | 'wall'> : never;
export type Fact = WithoutTime<TelemetryRecord>;
