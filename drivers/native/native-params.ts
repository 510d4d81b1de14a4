// What each command of the native process takes.
import * as v from 'valibot';
import type { NativeCommands } from '../contract/commands.ts';
import { receiptParams, timeoutMs } from '../contract/params.ts';

const name = v.pipe(v.string(), v.maxLength(100));
const path = v.pipe(v.string(), v.maxLength(4096));
const bytes = (least: number, most: number) =>
  v.custom<Buffer>(b => Buffer.isBuffer(b) && b.length >= least && b.length <= most);

export const nativeParams = {
  configure: v.strictObject({
    cardReader: v.strictObject({ driver: name, reader: v.optional(name) }),
    pinpad: v.strictObject({
      driver: name,
      path,
      dialect: name,
      keySetId: v.pipe(v.string(), v.regex(/^[0-9A-F]{20}$/)),
      initialKey: bytes(16, 16),
      ksnFile: path,
    }),
    receipt: v.strictObject({ driver: name, path, profile: name }),
  }),
  status: v.strictObject({}),
  readCard: v.strictObject({}),
  verifyPin: v.strictObject({ timeoutMs }),
  sign: v.strictObject({ message: bytes(1, 4096) }),
  printReceipt: receiptParams,
} satisfies { [N in keyof NativeCommands]: v.GenericSchema<unknown, NativeCommands[N][0]> };
