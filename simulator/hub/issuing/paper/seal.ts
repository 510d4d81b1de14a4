// Draws seals: the mayor's square seal (公印) in red, and a resident's round seal impression (印影).
import type { Box, Sheet } from './sheet.ts';

const vermilion = '#c8281e';
const black = '#222222';

/** Draws the characters from top to bottom and the columns from right to left, as on a real seal. */
export function drawMayorSeal(sheet: Sheet, { x, y, width }: Box, characters: string): void {
  const { document } = sheet;
  document.lineWidth(2).strokeColor(vermilion).rect(x, y, width, width).stroke();
  document
    .lineWidth(0.5)
    .rect(x + 3, y + 3, width - 6, width - 6)
    .stroke();
  const points = [...characters];
  const side = Math.ceil(Math.sqrt(points.length));
  const cell = (width - 8) / side;
  const rows = Math.ceil(points.length / side);
  const height = (width - 8) / rows;
  for (const [i, character] of points.entries()) {
    const column = side - 1 - Math.floor(i / rows);
    const box = { x: x + 4 + column * cell, y: y + 4 + (i % rows) * height, width: cell, height };
    sheet.text(box, character, { size: Math.min(cell, height), align: 'center', color: vermilion, pad: 0 });
  }
}

/** Draws a round impression. `characters` may contain variation sequences. */
export function drawImpression(sheet: Sheet, { x, y, width }: Box, characters: string): void {
  const radius = width / 2;
  sheet.document
    .lineWidth(1.8)
    .strokeColor(black)
    .circle(x + radius, y + radius, radius)
    .stroke();
  const whole = characters.match(/\P{Variation_Selector}\p{Variation_Selector}?/gu) ?? [];
  const height = (width * 0.78) / whole.length;
  for (const [i, character] of whole.entries()) {
    const box = { x, y: y + width * 0.11 + i * height, width, height };
    sheet.text(box, character, { size: Math.min(height, width * 0.6), align: 'center', color: black });
  }
}
