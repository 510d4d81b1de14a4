// Fields that the schemas of this folder are made of. Each has a bound.
import * as v from 'valibot';

export const text = (max: number) => v.pipe(v.string(), v.maxLength(max));
/** A whole number from `min` to `max`. */
export const count = (min: number, max: number) =>
  v.pipe(v.number(), v.safeInteger(), v.minValue(min), v.maxValue(max));
/** A Buffer of `min` to `max` bytes. Only its length is looked at. */
export const bytes = (min: number, max: number) =>
  v.custom<Buffer>(
    value => Buffer.isBuffer(value) && value.length >= min && value.length <= max,
    `expected ${min} to ${max} bytes`,
  );

/** How long a device, or a person at it, may take, in ms: 1 ms to an hour. */
export const timeoutMs = count(1, 3_600_000);

/** No parameters, or no result. */
export const nothing: v.GenericSchema<unknown, Record<string, never>> = v.strictObject({});
