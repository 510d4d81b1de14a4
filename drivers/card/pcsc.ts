// Interfaces of the part of npm pcsclite that we use, so that a test can inject its own; and the codes of its errors.

type Done<T> = (error: unknown, value: T) => void;

export interface PcscReader {
  readonly name: string;
  readonly connected: boolean;
  on(event: 'status', listener: (status: { state: number }) => void): unknown;
  on(event: 'error', listener: (error: unknown) => void): unknown;
  on(event: 'end', listener: () => void): unknown;
  connect(options: { share_mode: number; protocol: number }, done: Done<number>): void;
  disconnect(disposition: number, done: Done<void>): void;
  transmit(apdu: Buffer, maxResponse: number, protocol: number, done: Done<Buffer>): void;
  close(): void;
}

export interface PcscContext {
  on(event: 'reader', listener: (reader: PcscReader) => void): unknown;
  on(event: 'error', listener: (error: unknown) => void): unknown;
  close(): void;
}

/** pcsclite's default export. Throws if pcscd does not run. */
export type OpenPcsc = () => PcscContext;

/** Values of winscard.h and pcsclite.h (pcsc-lite 1.9.9). */
export const SCARD = {
  shareExclusive: 1,
  protocolT0OrT1: 3,
  leaveCard: 0,
  resetCard: 1,
  /** The reader is listed but not usable: unplugged, or without power. */
  stateUnavailable: 0x08,
  statePresent: 0x20,
} as const;

/** PC/SC error codes (pcsclite.h). */
const CODES = {
  serviceLost: [0x80100003, 0x80100009, 0x80100013, 0x80100017, 0x8010001d, 0x8010001e, 0x8010002e],
  heldByAnother: [0x8010000b],
  /** Also `unpowered`: pcscd 1.9.9 reports it for a card that was removed during a reset. */
  noCard: [0x8010000c, 0x80100067, 0x80100069],
  /** A card without an answer to reset, or one that no reader can communicate with. */
  mute: [0x8010000f, 0x80100065, 0x80100066],
} as const;

export type PcscFailure = keyof typeof CODES | 'other';

/** The code of a pcsclite error. It is only at the end of the message, as (0x8010001d). */
export function pcscCode(error: unknown): number | undefined {
  const hex = error instanceof Error ? /0x([0-9a-f]{8})\)?$/i.exec(error.message)?.[1] : undefined;
  return hex === undefined ? undefined : Number.parseInt(hex, 16);
}

/** The kind of failure of a pcsclite error. */
export function pcscFailure(error: unknown): PcscFailure {
  const code = pcscCode(error);
  const kinds = Object.entries(CODES) as [keyof typeof CODES, readonly number[]][];
  return kinds.find(([, codes]) => code !== undefined && codes.includes(code))?.[0] ?? 'other';
}

/**
 * Turns a pcsclite call into a promise. It is settled by setImmediate, for two reasons. The library calls back outside of
 * Node's callback scope, where promise reactions would wait until another event. And it holds the reader's mutex then.
 */
export const pcscCall = <T>(start: (done: Done<T>) => void): Promise<T> =>
  new Promise((resolve, reject) => {
    start((error, value) => setImmediate(() => (error ? reject(error) : resolve(value))));
  });
