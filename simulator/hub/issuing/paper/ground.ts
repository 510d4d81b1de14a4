// The light background of every page: a copy-evident pattern of waves, which a copier loses or doubles.
import type PDFDocument from 'pdfkit';
import { a4 } from './sheet.ts';

const step = 13;
const wave = 85;

export function drawGround(document: InstanceType<typeof PDFDocument>): void {
  document.save().lineWidth(0.45);
  for (const [index, color] of ['#d5e6dc', '#dfe3f0'].entries()) {
    document.strokeColor(color);
    for (let y = -step; y < a4.height + step; y += step) drawWave(document, y, index === 0 ? 16 : -16);
  }
  document.restore();
}

function drawWave(document: InstanceType<typeof PDFDocument>, y: number, rise: number): void {
  document.moveTo(0, y);
  for (let x = 0, sign = 1; x < a4.width; x += wave, sign = -sign)
    document.bezierCurveTo(x + wave / 3, y + sign * rise, x + (2 * wave) / 3, y + sign * rise, x + wave, y);
  document.stroke();
}
