// The print head: carries out commands. It holds the current line and the strip of paper under it.
import { isLead, narrowCharacter, wideCharacter } from './character-set.ts';
import type { Command } from './command-parser.ts';
import { columnDots, type Glyph, plainText, rowDots, Strip } from './paper.ts';
import { modeCommands, powerOn } from './printer-mode.ts';
import { columnRaster, plainRaster, type Raster, storedRaster } from './raster.ts';

/** Dots from the print line to the cutter. */
const cutterDots = 96;

export interface PrintHeadEvents {
  /** A line has left the head. */
  onLine(): void;
  /** A strip that is not blank was cut off. */
  onCut(strip: Strip): void;
}

export class PrintHead {
  #strip: Strip;
  #columns: number;
  #events: PrintHeadEvents;
  #mode = powerOn();
  #line: Glyph[] = [];
  #x = 0;
  #lead: number | undefined;
  #stored: Raster | undefined;

  /** `columns`: half-width characters per line. */
  constructor(columns: number, events: PrintHeadEvents) {
    this.#columns = columns;
    this.#events = events;
    this.#strip = new Strip(columns);
  }

  /** Carries out one command. An unknown command does nothing. */
  do({ name, args, data }: Command): void {
    const [n = 0, high = 0] = args;
    if (name === 'byte') {
      this.#byte(n);
      return;
    }
    this.#lead = undefined;
    const word = n | (high << 8);
    const change = modeCommands[name];
    if (change) Object.assign(this.#mode, change(n, word));
    switch (name) {
      case 'ESC @': // clears the print buffer; the paper stays
        this.#line = [];
        this.#x = 0;
        break;
      case 'ESC $':
        this.#x = word;
        break;
      case 'ESC \\':
        this.#x = Math.max(0, this.#x + ((word << 16) >> 16));
        break;
      case 'ESC J':
        this.#feed(n);
        break;
      case 'ESC d':
        this.#feed(n * this.#mode.spacing);
        break;
      case 'ESC i':
      case 'ESC m':
        this.cut(0);
        break;
      case 'GS V':
        this.cut(n >= 65 ? cutterDots + high : 0);
        break;
      case 'ESC *':
        this.#place(columnRaster(n, data));
        break;
      case 'GS v':
        this.#place(plainRaster(args[2]! | (args[3]! << 8), args[4]! | (args[5]! << 8), data));
        break;
      case 'GS ( L':
      case 'GS 8 L':
        this.#graphics(data);
        break;
    }
  }

  /** Prints the current line, feeds `dots`, and cuts the strip off. */
  cut(dots: number): void {
    this.#printLine();
    this.#strip.height += dots;
    const strip = this.#strip;
    this.#strip = new Strip(this.#columns);
    if (!strip.blank) this.#events.onCut(strip);
  }

  #byte(byte: number): void {
    const { system, kanji, page, region } = this.#mode;
    const lead = this.#lead;
    this.#lead = undefined;
    if (lead !== undefined && byte >= 0x21) this.#put(wideCharacter(lead, byte, system), 2);
    else if (byte === 0x0a) this.#feed(this.#mode.spacing);
    else if (byte < 0x20)
      return; // CR and the other control characters do nothing
    else if (isLead(byte, system, kanji)) this.#lead = byte;
    else this.#put(narrowCharacter(byte, page, region), 1);
  }

  #put(character: string, columns: number): void {
    const { scaleX, scaleY, bold, underline, inverted } = this.#mode;
    const width = columns * columnDots * scaleX;
    if (this.#x + width > this.#areaDots) this.#feed(this.#mode.spacing);
    this.#line.push({
      character,
      x: this.#x,
      y: 0,
      width,
      height: rowDots * scaleY,
      bold,
      underline,
      inverted,
    });
    this.#x += width;
  }

  /** Prints the line and feeds `dots`, or the line's height if that is more. */
  #feed(dots: number): void {
    const wanted = this.#strip.height + dots;
    if (!this.#printLine()) this.#strip.lines.push('');
    this.#strip.height = Math.max(this.#strip.height, wanted);
    this.#events.onLine();
  }

  /** Puts the glyphs of the line on the strip, on one base line. False if there are none. */
  #printLine(): boolean {
    const glyphs = this.#line;
    this.#line = [];
    this.#x = 0;
    if (glyphs.length === 0) return false;
    const height = Math.max(...glyphs.map(glyph => glyph.height));
    const left = this.#leftFor(Math.max(...glyphs.map(glyph => glyph.x + glyph.width)));
    for (const glyph of glyphs) {
      glyph.x += left;
      glyph.y = this.#strip.height + height - glyph.height;
    }
    this.#strip.glyphs.push(...glyphs);
    this.#strip.lines.push(plainText(glyphs));
    this.#strip.height += height;
    return true;
  }

  #graphics(data: Buffer): void {
    if (data[1] === 112) this.#stored = storedRaster(data);
    if ((data[1] === 50 || data[1] === 2) && this.#stored) {
      this.#place(this.#stored);
      this.#stored = undefined;
    }
  }

  #place(raster: Raster): void {
    this.#printLine();
    this.#strip.rasters.push({ ...raster, x: this.#leftFor(raster.width), y: this.#strip.height });
    this.#strip.height += raster.height;
  }

  get #areaDots(): number {
    return this.#mode.width ?? this.#columns * columnDots;
  }

  /** Left edge of an item of `width` dots, by margin and justification. */
  #leftFor(width: number): number {
    return this.#mode.left + Math.floor((Math.max(0, this.#areaDots - width) * this.#mode.align) / 2);
  }
}
