// Frames of the VeriFone packet family: control bytes, check byte, encoding.
// Uniform PP791 Programmer's Manual PM0103-U rev 06 p. 26-27; VeriFone Mx800 Series Programmers Guide app. A, p. 289, 335.

export const STX = 0x02;
const ETX = 0x03;
export const EOT = 0x04;
export const ACK = 0x06;
const SO = 0x0e;
export const SI = 0x0f;
export const NAK = 0x15;
/** Field separator inside a body. */
export const FS = '\x1c';

/** `transaction` goes between STX and ETX, `management` between SI and SO. */
export type FrameKind = 'transaction' | 'management';

export interface Frame {
  kind: FrameKind;
  /** Packet id and data, 7-bit, without the control bytes around them. */
  body: Buffer;
}

const startOf = { transaction: STX, management: SI } as const;
export const endOf = { transaction: ETX, management: SO } as const;

/** XOR of `body` and its end byte, without the start byte. The result may equal any control byte. */
export function checkByte(body: Uint8Array, end: number): number {
  return body.reduce((sum, byte) => sum ^ byte, end);
}

/** Encodes a frame. `body` is 7-bit text. */
export function encodeFrame(kind: FrameKind, body: string): Buffer {
  const bytes = Buffer.from(body, 'latin1');
  return Buffer.from([startOf[kind], ...bytes, endOf[kind], checkByte(bytes, endOf[kind])]);
}
