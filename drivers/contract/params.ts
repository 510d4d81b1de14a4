// Parameters that commands of both doors share.
import * as v from 'valibot';

/** How long a device, or a person at it, may take, in ms. */
export const timeoutMs = v.pipe(v.number(), v.safeInteger(), v.minValue(1), v.maxValue(3_600_000));

const line = v.pipe(v.string(), v.maxLength(200));

const receipt = v.strictObject({
  title: line,
  rows: v.pipe(v.array(v.strictTuple([line, line])), v.maxLength(50)),
  totalYen: v.optional(v.pipe(v.number(), v.safeInteger(), v.minValue(0))),
  notes: v.pipe(v.array(line), v.maxLength(50)),
});

export const receiptParams = v.strictObject({ receipt, timeoutMs });
