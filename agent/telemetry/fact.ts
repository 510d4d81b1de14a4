// A telemetry record of the contract, without its time.
import type { TelemetryRecord } from '../protocol/telemetry.ts';

type WithoutTime<R> = R extends unknown ? Omit<R, 'ms' | 'wall'> : never;
export type Fact = WithoutTime<TelemetryRecord>;
