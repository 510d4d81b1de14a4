// Draws a strip of paper as SVG, dot for dot. Each character is in its cell, as in a thermal printer's ROM.
import { columnDots, type Glyph, type Strip } from './paper.ts';

/** Margin on each side of the print, in dots: the paper is 80 mm wide, the print 72 mm. */
const marginDots = 32;
/** Width of a tooth of the cutter, in dots. */
const toothDots = 8;
const ink = '#26242b';
/** Fixed pitch: kana and kanji are twice as wide as letters (Debian: fonts-noto-cjk). The second font is less even. */
const fonts = "'Noto Sans Mono CJK JP','IPAmjMincho',monospace";

/** Arms (left, right, up, down) of the ruled-line characters. They are drawn here: fonts draw them wider than the cell. */
const arms: Record<string, string> = {
  '─': 'lr',
  '│': 'ud',
  '┼': 'lrud',
  '┴': 'lru',
  '┬': 'lrd',
  '┤': 'lud',
  '├': 'rud',
  '┌': 'rd',
  '┐': 'ld',
  '└': 'ru',
  '┘': 'lu',
  '╭': 'rd',
  '╮': 'ld',
  '╰': 'ru',
  '╯': 'lu',
};

export function drawStrip(strip: Strip): string {
  const width = strip.columns * columnDots + 2 * marginDots;
  const height = strip.height + 2 * marginDots;
  const content = [...strip.glyphs.map(drawGlyph), ...strip.rasters.map(drawRaster)].join('\n');
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">
<path d="${outline(width, height)}" fill="#fdfcf7"/>
<g transform="translate(${marginDots} ${marginDots})" font-family="${fonts}" font-size="24" fill="${ink}">
${content}
</g>
</svg>
`;
}

/** The outline of the paper: straight sides, toothed edges where it was cut. */
function outline(width: number, height: number): string {
  const teeth = Math.ceil(width / toothDots);
  const edge = (from: number, to: number, y: number) =>
    Array.from({ length: teeth + 1 }, (_, i) => {
      const x = from + ((to - from) * i) / teeth;
      return `${x.toFixed(1)} ${y + (i % 2 ? toothDots / 2 : 0)}`;
    }).join('L');
  return `M${edge(0, width, 0)}L${edge(width, 0, height - toothDots)}Z`;
}

function drawGlyph(glyph: Glyph): string {
  const { x, y, width, height, inverted, underline } = glyph;
  const ground = inverted ? `<rect x="${x}" y="${y}" width="${width}" height="${height}"/>` : '';
  const line = underline ? `<rect x="${x}" y="${y + height - 2}" width="${width}" height="2"/>` : '';
  return ground + drawCharacter(glyph) + line;
}

function drawCharacter({ character, x, y, width, height, bold, inverted }: Glyph): string {
  if (/\s/u.test(character)) return '';
  const ruled = arms[character];
  if (ruled) return drawArms(ruled, x, y, width, height);
  // A cell is 24 units high. A half-width character is 12 units wide, in the font and in the printer.
  const columns = isHalfWidth(character) ? 1 : 2;
  const scale = `${width / (columns * columnDots)} ${height / 24}`;
  const style = (bold ? ' font-weight="bold"' : '') + (inverted ? ' fill="#fdfcf7"' : '');
  return `<text transform="translate(${x} ${y}) scale(${scale})" y="21"${style}>${markup(character)}</text>`;
}

function drawArms(ruled: string, x: number, y: number, width: number, height: number): string {
  const midX = x + width / 2;
  const midY = y + height / 2;
  const ends: Record<string, string> = {
    l: `H${x}`,
    r: `H${x + width}`,
    u: `V${y}`,
    d: `V${y + height}`,
  };
  const path = Array.from(ruled, arm => `M${midX} ${midY}${ends[arm]}`).join('');
  return `<path d="${path}" stroke="${ink}" stroke-width="2"/>`;
}

/** One path of horizontal runs of black dots. */
function drawRaster({ x, y, width, height, bytesPerRow, bits }: Strip['rasters'][number]): string {
  let path = '';
  for (let row = 0; row < height; row++) {
    const black = (column: number) =>
      column < width && (bits[row * bytesPerRow + (column >> 3)]! & (0x80 >> (column & 7))) !== 0;
    for (let column = 0; column < width; column++) {
      if (!black(column)) continue;
      const from = column;
      while (black(column)) column++;
      path += `M${x + from} ${y + row}h${column - from}v1h-${column - from}z`;
    }
  }
  return `<path d="${path}"/>`;
}

const isHalfWidth = (character: string): boolean => /^[\x20-\x7e¥\uff61-\uff9f]$/.test(character);

const markup = (character: string): string => character.replace(/[&<>]/, sign => `&#${sign.charCodeAt(0)};`);
