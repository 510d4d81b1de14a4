// What differs between receipt printers that speak ESC/POS: data, not code.
import type { LineSettings } from '../line/line.ts';

export interface EscPosProfile {
  /** How the serial line is set at the printer (its DIP switches or set-up program). */
  line: LineSettings;
  /** Half-width characters on a line. [24..96] */
  columns: number;
  /** Dots of a half-width character; columns times this is the printed width. 203 dpi printers: 12. */
  columnDots: number;
  /** Whether the printer cuts; else the paper is fed for tearing off. */
  cutter: boolean;
  /** Lines fed before the paper is torn off, without a cutter. [0..255] */
  feedLines: number;
  /** Characters in the printer's ROM: `cp932` with NEC's and IBM's extensions, `jisx0208` without IBM's. */
  kanji: 'cp932' | 'jisx0208';
  /** How long an answer to a status request may take, in ms. */
  statusMs: number;
  /** How long one receipt may take from the first byte to the printer's word that it is out, in ms. */
  printMs: number;
  /** Longest pause inside one answer of the printer, in ms. */
  pauseMs: number;
}

const line: LineSettings = { baudRate: 19200, dataBits: 8, parity: 'none' };
const common = { line, columnDots: 12, cutter: true, feedLines: 6, kanji: 'cp932' } as const;
const limits = { statusMs: 1000, printMs: 20_000, pauseMs: 200 };

/** Profiles by name. `thermal80`: 80 mm paper, 576 dots. `thermal80-42`: 42 columns. `thermal58`: 58 mm, 384 dots. */
export const escPosProfiles = {
  thermal80: { ...common, ...limits, columns: 48 },
  'thermal80-42': { ...common, ...limits, columns: 42 },
  thermal58: { ...common, ...limits, columns: 32 },
} as const satisfies Record<string, EscPosProfile>;
