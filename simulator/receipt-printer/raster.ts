// Converts images from the three formats of ESC/POS to rows of dots.

/** Rows of bytes: the highest bit is on the left, 1 is black. Width and height in dots. */
export interface Raster {
  width: number;
  height: number;
  bytesPerRow: number;
  bits: Buffer;
}

/** GS v 0: `bytesPerRow` and `height` are parameters. */
export const plainRaster = (bytesPerRow: number, height: number, bits: Buffer): Raster => ({
  width: bytesPerRow * 8,
  height,
  bytesPerRow,
  bits,
});

/** GS ( L and GS 8 L, fn 112: m fn a bx by c xL xH yL yH, then the rows. This printer ignores the scales (bx, by). */
export function storedRaster(data: Buffer): Raster | undefined {
  if (data.length < 10) return undefined;
  const width = data.readUInt16LE(6);
  const height = data.readUInt16LE(8);
  return { width, height, bytesPerRow: (width + 7) >> 3, bits: data.subarray(10) };
}

/** ESC * m: columns of 8 dots (m below 32) or 24 dots. Single density (m is 0 or 32) doubles a dot's width. */
export function columnRaster(m: number, columns: Buffer): Raster {
  const bytesPerColumn = m < 32 ? 1 : 3;
  const wide = m === 0 || m === 32 ? 2 : 1;
  const width = (columns.length / bytesPerColumn) * wide;
  const height = bytesPerColumn * 8;
  const bytesPerRow = (width + 7) >> 3;
  const bits = Buffer.alloc(bytesPerRow * height);
  for (let x = 0; x < width; x++)
    for (let y = 0; y < height; y++) {
      const byte = columns[Math.floor(x / wide) * bytesPerColumn + (y >> 3)]!;
      if (byte & (0x80 >> (y & 7))) bits[y * bytesPerRow + (x >> 3)]! |= 0x80 >> (x & 7);
    }
  return { width, height, bytesPerRow, bits };
}
