// Undoes the predictors of Flate and LZW (ISO 32000-1, 7.4.4.4; PNG, "Filtering").
import { secretBytes } from '../../../drivers/base/secret-bytes.ts';
import { refusePdf } from './broken-rule.ts';
import { countOf, type PdfDictionary } from './value.ts';

/** A new buffer, or `data` itself where nothing is to be undone. */
export function unpredicted(data: Buffer, parameters: PdfDictionary): Buffer {
  const number = (key: string, preset: number): number =>
    countOf(parameters.get(key) ?? preset) ?? refusePdf('filter');
  const predictor = number('Predictor', 1);
  if (predictor === 1) return data;
  const [colors, bits, columns] = [number('Colors', 1), number('BitsPerComponent', 8), number('Columns', 1)];
  if (colors < 1 || colors > 32 || ![1, 2, 4, 8, 16].includes(bits) || columns < 1 || columns > 1 << 20)
    refusePdf('filter');
  const rowBytes = (colors * bits * columns + 7) >> 3;
  const pixelBytes = (colors * bits + 7) >> 3;
  if (predictor === 2) return bits === 8 ? horizontal(data, rowBytes, colors) : refusePdf('filter');
  return predictor >= 10 && predictor <= 15 ? png(data, rowBytes, pixelBytes) : refusePdf('filter');
}

/** TIFF 6.0, section 14. */
function horizontal(data: Buffer, rowBytes: number, colors: number): Buffer {
  const out = Buffer.from(data);
  for (let i = 0; i < out.length; i++)
    if (i % rowBytes >= colors) out[i] = (out[i]! + out[i - colors]!) & 0xff;
  return out;
}

function png(data: Buffer, rowBytes: number, pixelBytes: number): Buffer {
  const rows = data.length / (rowBytes + 1);
  if (!Number.isInteger(rows)) refusePdf('filter');
  const out = secretBytes(rows * rowBytes);
  for (let row = 0; row < rows; row++) {
    const type = data[row * (rowBytes + 1)]!;
    if (type > 4) refusePdf('filter');
    const [from, to] = [row * (rowBytes + 1) + 1, row * rowBytes];
    for (let i = 0; i < rowBytes; i++) {
      const left = i >= pixelBytes ? out[to + i - pixelBytes]! : 0;
      const up = row > 0 ? out[to + i - rowBytes]! : 0;
      const corner = row > 0 && i >= pixelBytes ? out[to + i - rowBytes - pixelBytes]! : 0;
      out[to + i] = data[from + i]! + guess(type, left, up, corner);
    }
  }
  return out;
}

function guess(type: number, left: number, up: number, corner: number): number {
  if (type < 2) return type * left;
  if (type === 2) return up;
  if (type === 3) return (left + up) >> 1;
  const [a, b, c] = [Math.abs(up - corner), Math.abs(left - corner), Math.abs(left + up - 2 * corner)];
  if (a <= b && a <= c) return left;
  return b <= c ? up : corner;
}
