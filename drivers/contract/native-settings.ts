// The devices of the native process. Each `driver` is a name in its registry; each profile is a name of that driver.
import * as v from 'valibot';
import { bytes, text } from './fields.ts';

const name = text(100);
const path = text(4096);

export const nativeSettings = v.strictObject({
  cardReader: v.strictObject({
    driver: name,
    /** Prefix of the reader's PC/SC name. Default: the first reader. */
    reader: v.optional(name),
  }),
  pinpad: v.strictObject({
    driver: name,
    /** Device file of the serial line. */
    path,
    dialect: name,
    /** The KSN that was loaded with the initial key, with its counter cleared: 20 hex digits. */
    keySetId: v.pipe(v.string(), v.regex(/^[0-9A-F]{20}$/)),
    /** The pad's secret key. */
    initialKey: bytes(16, 16),
    /** Path of the file that stores the last counter of each key set. */
    ksnFile: path,
  }),
  receipt: v.strictObject({ driver: name, path, profile: name }),
});

export type NativeSettings = v.InferOutput<typeof nativeSettings>;
