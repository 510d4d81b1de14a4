// The differences between receipt printers that use ESC/POS, as data.
import type { Kanji } from '../contract/receipt-characters.ts';
import type { LineSettings } from '../line/line.ts';

export interface EscPosProfile {
  /** The serial settings of the printer (from its DIP switches or set-up program). */
  line: LineSettings;
  /** Half-width characters in a line. [24..96] */
  columns: number;
  /** Width of a half-width character, in dots. The printed width is columns times this. 12 for 203 dpi printers. */
  columnDots: number;
  /** Whether the printer has a cutter. Without one, the paper is fed so that it can be torn off. */
  cutter: boolean;
  /** Lines to feed before the paper is torn off, if there is no cutter. [0..255] */
  feedLines: number;
  kanji: Kanji;
  /** Max. time for the answer to a status request, in ms. */
  statusMs: number;
  /** Max. time for one receipt, from the first byte to the printer's answer that it is printed, in ms. */
  printMs: number;
  /** Max. pause inside one answer of the printer, in ms. */
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
