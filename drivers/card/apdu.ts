// Short command APDUs and their responses (ISO/IEC 7816-4:2013, 5.1 to 5.3).
import { secretBytes } from '../base/secret-bytes.ts';

/**
 * Sends one command APDU and returns the whole response with its status word. Rejects if there is no response.
 * `secret`: the layers below must keep no copy of the command.
 */
export type Transmit = (apdu: Buffer, secret?: 'secret') => Promise<Buffer>;

export interface Response {
  data: Buffer;
  /** Status word, 0 to 0xFFFF. */
  sw: number;
}

/** Status words of ISO/IEC 7816-4:2013, table 6; a JPKI card returns 6984 for a locked PIN. */
export const SW = {
  ok: 0x9000,
  notVerified: 0x6982,
  locked: [0x6983, 0x6984],
} as const;

export interface CommandBody {
  /** 1 to 255 bytes. */
  data?: Buffer;
  /** Requested bytes of the response, 1 to 256. */
  le?: number;
}

/** Builds a command APDU in its own buffer, which the caller may zero. */
export function command(cla: number, ins: number, p1: number, p2: number, body: CommandBody = {}): Buffer {
  const { data, le } = body;
  if (data && (data.length < 1 || data.length > 255)) throw new RangeError('command data: 1 to 255 bytes');
  if (le !== undefined && (le < 1 || le > 256)) throw new RangeError('Le: 1 to 256');
  const apdu = secretBytes(4 + (data ? 1 + data.length : 0) + (le ? 1 : 0));
  apdu.set([cla, ins, p1, p2]);
  if (data) {
    apdu[4] = data.length;
    apdu.set(data, 5);
  }
  if (le) apdu[apdu.length - 1] = le & 0xff;
  return apdu;
}

/** Splits a response into data and status word; `undefined` if it is too short. */
export function parseResponse(bytes: Buffer): Response | undefined {
  if (bytes.length < 2) return undefined;
  return { data: bytes.subarray(0, -2), sw: bytes.readUInt16BE(bytes.length - 2) };
}

/** Tries left, from status word 63Cx; `undefined` for any other status word. */
export const triesOf = (sw: number): number | undefined => ((sw & 0xfff0) === 0x63c0 ? sw & 0xf : undefined);

export const isLocked = (sw: number): boolean => (SW.locked as readonly number[]).includes(sw);
