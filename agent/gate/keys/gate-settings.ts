// Schema of the gate's settings, gate.json in its folder.
import * as v from 'valibot';
import { terminalId, text, word } from '../../protocol/schema.ts';

const path = v.pipe(text(200), v.minLength(1));
const name = word(/^[a-zA-Z][a-zA-Z0-9-]{0,39}$/);

const devices = {
  /** Unix socket that the agent connects to. */
  socket: path,
  /** IPP address of the page printer; `profile` names one of drivers/page/page-profile.ts. */
  pagePrinter: v.strictObject({
    profile: name,
    endpoint: v.union([
      v.strictObject({ socketPath: path, path }),
      v.strictObject({
        host: v.picklist(['localhost', '127.0.0.1', '::1']),
        port: v.pipe(v.number(), v.safeInteger(), v.minValue(1), v.maxValue(65535)),
        path,
      }),
    ]),
  }),
  /** PCSCLITE_CSOCK_NAME of the native process: pcscd's socket, where it is not the default one. */
  pcscSocket: v.optional(path),
  /** Devices behind the native process; `driver` names a maker in drivers/native/registry.ts. */
  cardReader: v.strictObject({ driver: name, reader: v.optional(text(100)) }),
  pinpad: v.strictObject({
    driver: name,
    /** Names the pad and its key file, keys/pinpad-<id>.bin. */
    id: word(/^[a-zA-Z0-9-]{1,40}$/),
    path,
    dialect: name,
    /** The KSN that the initial key was loaded with, counter cleared, e.g. FFFF9876543210E00000. */
    keySetId: word(/^[0-9A-F]{20}$/),
  }),
  receipt: v.strictObject({ driver: name, path, profile: name }),
};

/** What an installer writes: socket and devices. */
export const deviceSettings = v.strictObject(devices);

/** gate.json. */
export const gateSettings = v.strictObject({ schema: v.literal(1), terminal: terminalId, ...devices });

export type GateSettings = v.InferOutput<typeof gateSettings>;
