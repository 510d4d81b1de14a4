// The messages of a door, modelled on XFS4IoT (Specification 2023-2, part 1, "Message types"): a command is acknowledged
// (accepted or refused), may send events while it runs, and completes exactly once.
import { Decoder, Encoder } from 'cbor-x';
import * as v from 'valibot';
import { check } from './check.ts';
import { DoorError } from './error.ts';
import { frame } from './framing.ts';
import { scanDoorFrame } from './scan.ts';
import { wireError } from './wire-error.ts';

/** Increased with every incompatible change. Both sides must have the same version. */
export const doorVersion = 1;

export type DoorRole = 'agent' | 'gate' | 'native';

const short = v.pipe(v.string(), v.maxLength(80));
const id = v.pipe(v.number(), v.safeInteger(), v.minValue(1));
const timeoutMs = v.pipe(v.number(), v.minValue(0), v.maxValue(3_600_000));

const doorMessage = v.variant('is', [
  v.strictObject({ is: v.literal('hello'), door: short, version: v.number(), role: short, software: short }),
  /** `timeoutMs`: how long the sender waits. After that the server ends the command too. */
  v.strictObject({ is: v.literal('command'), id, name: short, params: v.unknown(), timeoutMs }),
  v.strictObject({ is: v.literal('acknowledge'), id, error: v.optional(wireError) }),
  /** With `id`: an event of that command while it runs. Without `id`: an event of the server itself. */
  v.strictObject({ is: v.literal('event'), id: v.optional(id), name: short, payload: v.unknown() }),
  v.strictObject({ is: v.literal('completion'), id, ok: v.unknown() }),
  v.strictObject({ is: v.literal('failure'), id, error: wireError }),
  v.strictObject({ is: v.literal('cancel'), id }),
]);

export type DoorMessage = v.InferOutput<typeof doorMessage>;
export type Hello = Extract<DoorMessage, { is: 'hello' }>;

const options = { useRecords: false, tagUint8Array: false, variableMapSize: true } as const;
const encoder = new Encoder(options);
const decoder = new Decoder(options);

/** Encodes a message as a frame. Errors: door/frame if it is too long. */
export const encodeMessage = (message: DoorMessage): Buffer => frame(encoder.encode(message) as Buffer);

/** Decodes the message of one frame. Byte strings in it are copies. Errors: door/frame if it is not a valid message. */
export function decodeMessage(body: Buffer): DoorMessage {
  scanDoorFrame(body);
  const checked = check(doorMessage, owned(decodeCbor(body)));
  if (checked.ok) return checked.value;
  throw new DoorError('door/frame', { detail: { reason: checked.field } });
}

function decodeCbor(body: Buffer): unknown {
  try {
    return decoder.decode(body);
  } catch (cause) {
    throw new DoorError('door/frame', { cause, detail: { reason: 'cbor' } });
  }
}

/** Copies byte strings. cbor-x returns views of the frame. A copy can be zeroed alone, and does not keep the frame in memory. */
function owned(value: unknown): unknown {
  if (value instanceof Uint8Array) return Buffer.from(value);
  if (Array.isArray(value)) return value.map(owned);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, owned(item)]));
}
