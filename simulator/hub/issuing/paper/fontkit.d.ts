// Types for the part of fontkit that is used here: the package has no types.
declare module 'fontkit' {
  export interface Glyph {
    readonly id: number;
  }
  export interface Font {
    glyphForCodePoint(point: number): Glyph;
    layout(text: string): { glyphs: readonly Glyph[] };
  }
  export function create(file: Uint8Array): Font;
}
