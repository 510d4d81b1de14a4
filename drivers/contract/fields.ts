// Field schemas that this folder's schemas use. Each has an upper bound.
import * as v from 'valibot';

export const text = (max: number) => v.pipe(v.string(), v.maxLength(max));
/** A whole number from `min` to `max`. */
export const count = (min: number, max: number) =>
  v.pipe(v.number(), v.safeInteger(), v.minValue(min), v.maxValue(max));
/** A Buffer of `min` to `max` bytes. Only its length is checked. */
export const bytes = (min: number, max: number) =>
  v.custom<Buffer>(
    value => Buffer.isBuffer(value) && value.length >= min && value.length <= max,
    `expected ${min} to ${max} bytes`,
  );

/** Time limit for a device or for the person who uses it, in ms: 1 ms to 1 hour. */
export const timeoutMs = count(1, 3_600_000);

/** No parameters, or no result. */
export const nothing: v.GenericSchema<unknown, Record<string, never>> = v.strictObject({});
