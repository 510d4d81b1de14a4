// A receipt as the customer gets it: its words, and what it looks like.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Strip } from './paper.ts';
import { drawStrip } from './strip-svg.ts';

class PictureError extends Error {
  override readonly name = 'PictureError';
}

export interface PrintedReceipt {
  /** One string a printed line, columns kept by spaces; an empty one for a line that was only fed. */
  text: readonly string[];
  svg(): string;
  /** Writes a PNG, 8 dots a millimetre; rejects with PictureError. Needs rsvg-convert and a Japanese font (Debian: librsvg2-bin, fonts-noto-cjk). */
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
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    if (said.length < 4096) said += text;
  });
  child.stdin.on('error', () => undefined); // its exit code tells
  child.stdin.end(svg);
  const [code] = await once(child, 'close').catch(cause => {
    throw new PictureError('rsvg-convert is missing (Debian: librsvg2-bin)', { cause });
  });
  if (code !== 0) throw new PictureError(`rsvg-convert ended with ${code}: ${said}`);
}
