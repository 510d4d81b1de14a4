// A pad's answer to a PIN request in DUKPT mode.
// 71: Uniform PP791 manual p. 245, Mx800 guide p. 331. 73: Mx800 guide p. 327.

export type PinReply =
  /** `ksn` 10 bytes, `block` 8 bytes encrypted under its PIN key. */
  | { is: 'block'; ksn: Buffer; block: Buffer }
  /** The pad's own error character; a null PIN (`710` with nothing after it) is '0'. */
  | { is: 'error'; padCode: string }
  /** Not an answer of this family, or one in master/session-key mode (`71.`). */
  | { is: 'foreign' };

/** Packet id and status, KSN without its leading F digits, encrypted block. */
const blockReply = /^(?:710|73\.00000)([0-9A-F]{10,20})([0-9A-F]{16})$/;
/** The form of a VeriFone 73 error is UNCONFIRMED (we have not seen Mx800 guide p. 328): all three forms are accepted. */
const errorReply = /^(?:71|73|73\.)([0-9A-Z])$/;
const nullPinReply = '73.00000';

export function parsePinReply(body: Buffer): PinReply {
  const text = body.toString('latin1');
  const block = blockReply.exec(text);
  if (block) {
    const [, ksn = '', epb = ''] = block;
    return { is: 'block', ksn: Buffer.from(ksn.padStart(20, 'F'), 'hex'), block: Buffer.from(epb, 'hex') };
  }
  const padCode = text === nullPinReply ? '0' : errorReply.exec(text)?.[1];
  return padCode === undefined ? { is: 'foreign' } : { is: 'error', padCode };
}
