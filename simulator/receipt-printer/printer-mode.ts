// The modes of a receipt printer, and the commands that set them. Source: Epson, "ESC/POS command reference".

export interface PrinterMode {
  /** ESC t. */
  page: number;
  /** ESC R; 8 is Japan. */
  region: number;
  /** FS C: 0 JIS, 1 Shift_JIS. */
  system: number;
  /** FS & and FS . */
  kanji: boolean;
  bold: boolean;
  underline: boolean;
  inverted: boolean;
  /** Factors of the normal width and height [1..8]. */
  scaleX: number;
  scaleY: number;
  /** 0 left, 1 middle, 2 right. */
  align: number;
  /** Left margin and width of the print area, in dots. `width` undefined: the whole paper. */
  left: number;
  width: number | undefined;
  /** Min distance from one line to the next, in dots. */
  spacing: number;
}

/** 30 dots: a little less than 1/6 inch at 203 dpi, as on Epson's 80 mm models. */
const defaultSpacing = 30;

export const powerOn = (): PrinterMode => ({
  page: 0,
  region: 0,
  system: 0,
  kanji: false,
  bold: false,
  underline: false,
  inverted: false,
  scaleX: 1,
  scaleY: 1,
  align: 0,
  left: 0,
  width: undefined,
  spacing: defaultSpacing,
});

/** The change of each command. `n`: its first parameter; `word`: its first two, low byte first. */
export const modeCommands: Record<string, (n: number, word: number) => Partial<PrinterMode>> = {
  'ESC @': powerOn,
  'ESC !': n => ({
    bold: (n & 0x08) !== 0,
    underline: (n & 0x80) !== 0,
    scaleY: n & 0x10 ? 2 : 1,
    scaleX: n & 0x20 ? 2 : 1,
  }),
  'ESC -': n => ({ underline: (n & 3) !== 0 }),
  'ESC 2': () => ({ spacing: defaultSpacing }),
  'ESC 3': n => ({ spacing: n }),
  'ESC E': n => ({ bold: (n & 1) !== 0 }),
  'ESC R': n => ({ region: n }),
  'ESC a': n => ({ align: n & 3 }),
  'ESC t': n => ({ page: n }),
  'FS &': () => ({ kanji: true }),
  'FS .': () => ({ kanji: false }),
  'FS C': n => ({ system: n & 1 }),
  'GS !': n => ({ scaleX: (n >> 4) + 1, scaleY: (n & 0x0f) + 1 }),
  'GS B': n => ({ inverted: (n & 1) !== 0 }),
  'GS L': (_, word) => ({ left: word }),
  'GS W': (_, word) => ({ width: word }),
};
