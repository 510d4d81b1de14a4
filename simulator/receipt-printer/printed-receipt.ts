// A printed receipt: its text and its picture.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Strip } from './paper.ts';
import { drawStrip } from './strip-svg.ts';

class PictureError extends Error {
  override readonly name = 'PictureError';
}

export interface PrintedReceipt {
  /** One string per printed line. Spaces keep the columns; a line that was only fed is empty. */
  text: readonly string[];
  svg(): string;
  /**
   * Writes a PNG, 8 dots per millimetre. Needs rsvg-convert and a Japanese font (Debian: librsvg2-bin, fonts-noto-cjk).
   * Errors: PictureError.
   */
  png(file: string): Promise<void>;
}

export function printedReceipt(strip: Strip): PrintedReceipt {
  return {
    text: strip.lines,
    svg: () => drawStrip(strip),
    png: file => rasterise(drawStrip(strip), file),
  };
}

async function rasterise(svg: string, file: string): Promise<void> {
  const child = spawn('rsvg-convert', ['--output', file], { stdio: ['pipe', 'ignore', 'pipe'] });
  let errorOutput = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    if (errorOutput.length < 4096) errorOutput += text;
  });
  child.stdin.on('error', () => undefined); // the exit code reports the failure
  child.stdin.end(svg);
  const [code] = await once(child, 'close').catch(cause => {
    throw new PictureError('rsvg-convert is missing (Debian: librsvg2-bin)', { cause });
  });
  if (code !== 0) throw new PictureError(`rsvg-convert ended with ${code}: ${errorOutput}`);
}
