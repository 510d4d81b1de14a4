// The printed paper. Positions are in dots (8 per millimetre) from the top left corner of the printed area.
import type { Raster } from './raster.ts';

/** A half-width character: 12 by 24 dots (font A). */
export const columnDots = 12;
export const rowDots = 24;

export interface Glyph {
  character: string;
  x: number;
  y: number;
  width: number;
  height: number;
  bold: boolean;
  underline: boolean;
  inverted: boolean;
}

/** One strip of paper from cut to cut. */
export class Strip {
  readonly columns: number;
  readonly glyphs: Glyph[] = [];
  readonly rasters: (Raster & { x: number; y: number })[] = [];
  /** Text of each printed line. Spaces keep the columns. */
  readonly lines: string[] = [];
  height = 0;

  constructor(columns: number) {
    this.columns = columns;
  }

  get blank(): boolean {
    return this.glyphs.length === 0 && this.rasters.length === 0;
  }
}

/** One line as plain text. Spaces keep the columns. */
export function plainText(glyphs: readonly Glyph[]): string {
  let text = '';
  let end = 0;
  for (const { character, x, width } of glyphs.toSorted((a, b) => a.x - b.x)) {
    text += ' '.repeat(Math.max(0, Math.round((x - end) / columnDots))) + character;
    end = x + width;
  }
  return text.trimEnd();
}
