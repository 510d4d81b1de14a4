// The state of the printer's sensors and its status bytes. Source: Epson, "ESC/POS command reference", DLE EOT, GS a, GS r.

export interface PrinterState {
  paper: 'full' | 'low' | 'out';
  cover: 'closed' | 'open';
  error: 'none' | 'cutter' | 'recoverable' | 'unrecoverable';
  /** Lines printed since the printer was switched on. Behaviours use it to time their faults. */
  lines: number;
}

export const goodState = (): PrinterState => ({ paper: 'full', cover: 'closed', error: 'none', lines: 0 });

/** Offline: the printer stores bytes in its buffer and answers real-time commands, but it does not print. */
export const isOffline = ({ paper, cover, error }: PrinterState): boolean =>
  paper === 'out' || cover === 'open' || error !== 'none';

const errorBits = { none: 0, cutter: 0x08, unrecoverable: 0x20, recoverable: 0x40 } as const;

/** The answer to DLE EOT n; undefined for an unknown n. */
export function realtimeStatus(state: PrinterState, n: number): Buffer | undefined {
  const { paper, cover, error } = state;
  const bits: Record<number, number> = {
    1: isOffline(state) ? 0x08 : 0,
    2: (cover === 'open' ? 0x04 : 0) | (paper === 'out' ? 0x20 : 0) | (error === 'none' ? 0 : 0x40),
    3: errorBits[error],
    4: { full: 0, low: 0x0c, out: 0x6c }[paper],
  };
  return bits[n] === undefined ? undefined : Buffer.from([0x12 | bits[n]]);
}

/** The 4 bytes of automatic status. */
export function automaticStatus(state: PrinterState): Buffer {
  const { paper, cover, error } = state;
  return Buffer.from([
    0x14 | (isOffline(state) ? 0x08 : 0) | (cover === 'open' ? 0x20 : 0),
    errorBits[error],
    paperBits(paper),
    0x0f,
  ]);
}

/** The answer to GS r 1, one byte. */
export const paperStatus = ({ paper }: PrinterState): Buffer => Buffer.from([paperBits(paper)]);

const paperBits = (paper: PrinterState['paper']): number => ({ full: 0, low: 0x03, out: 0x0f })[paper];
