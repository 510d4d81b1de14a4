// Reads command APDUs, as a card does: short form, cases 1 to 4 (ISO/IEC 7816-4:2013, 5.1 and 5.2).

export interface Command {
  cla: number;
  ins: number;
  p1: number;
  p2: number;
  data: Buffer;
  /** Max length of the answer's data in bytes [1..256]; undefined if the command has no Le. */
  le: number | undefined;
}

/** Status words (ISO/IEC 7816-4:2013, table 6). JPKI cards answer 6984 for a locked PIN. */
export const SW = {
  ok: 0x9000,
  endOfFile: 0x6282,
  wrongPin: 0x63c0,
  wrongLength: 0x6700,
  wrongFileKind: 0x6981,
  notVerified: 0x6982,
  locked: 0x6984,
  noFileSelected: 0x6986,
  notFound: 0x6a82,
  wrongParameters: 0x6a86,
  wrongOffset: 0x6b00,
  unknownInstruction: 0x6d00,
} as const;

/** Reads `bytes`; undefined if it is not a short command APDU. `data` is a view, not a copy. */
export function parseCommand(bytes: Buffer): Command | undefined {
  if (bytes.length < 4) return undefined;
  const [cla, ins, p1, p2] = bytes as Iterable<number> as [number, number, number, number];
  const header = { cla, ins, p1, p2 };
  const body = bytes.subarray(4);
  if (body.length === 0) return { ...header, data: body, le: undefined };
  if (body.length === 1) return { ...header, data: body.subarray(1), le: body[0] || 256 };
  const lc = body[0]!;
  const data = body.subarray(1, 1 + lc);
  const rest = body.subarray(1 + lc);
  if (lc === 0 || data.length < lc || rest.length > 1) return undefined;
  return { ...header, data, le: rest.length === 1 ? rest[0] || 256 : undefined };
}

/** Response APDU: data, then the status word. */
export function answer(sw: number, data: Buffer = Buffer.alloc(0)): Buffer {
  return Buffer.concat([data, Buffer.of(sw >> 8, sw & 0xff)]);
}
