// Which devices the native process drives; each `driver` is a name in its registry, each profile one of that driver's.
import * as v from 'valibot';
import { bytes, text } from './fields.ts';

const name = text(100);
const path = text(4096);

export const nativeSettings = v.strictObject({
  cardReader: v.strictObject({
    driver: name,
    /** Beginning of the reader's PC/SC name. Left out: the first reader. */
    reader: v.optional(name),
  }),
  pinpad: v.strictObject({
    driver: name,
    /** Device file of the line. */
    path,
    dialect: name,
    /** The KSN that the initial key was loaded with, counter cleared, 20 hex digits. */
    keySetId: v.pipe(v.string(), v.regex(/^[0-9A-F]{20}$/)),
    /** The pad's secret key. */
    initialKey: bytes(16, 16),
    /** Path of the file that remembers the last counter of each key set. */
    ksnFile: path,
  }),
  receipt: v.strictObject({ driver: name, path, profile: name }),
});

export type NativeSettings = v.InferOutput<typeof nativeSettings>;
