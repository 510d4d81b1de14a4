// Draws a document with Poppler and with Ghostscript: two readers that share no code.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Pages as gray levels, 0 to 255. */
export interface Drawn {
  poppler: Buffer[];
  ghostscript: Buffer[];
}

const dpi = '36';

/** Errors: one of the programs does not read the file. */
export function draw(pdf: Buffer): Drawn {
  const folder = mkdtempSync(join(tmpdir(), 'madoguchi-draw-'));
  const run = (tool: string, ...args: string[]) =>
    execFileSync(tool, args, { cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] });
  try {
    writeFileSync(join(folder, 'in.pdf'), pdf);
    run('pdftoppm', '-gray', '-r', dpi, 'in.pdf', 'poppler');
    const antialias = ['-dTextAlphaBits=4', '-dGraphicsAlphaBits=4'];
    run(
      'gs',
      '-q',
      '-dSAFER',
      '-dBATCH',
      '-dNOPAUSE',
      '-sDEVICE=pgmraw',
      `-r${dpi}`,
      ...antialias,
      '-sOutputFile=gs-%d.pgm',
      'in.pdf',
    );
    const pages = (prefix: string) =>
      readdirSync(folder)
        .filter(name => name.startsWith(prefix) && name.endsWith('.pgm'))
        .sort()
        .map(name => levelsOf(readFileSync(join(folder, name))));
    return { poppler: pages('poppler'), ghostscript: pages('gs') };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** A binary graymap: magic, comments, width, height and maximum, then one byte a pixel. */
function levelsOf(pgm: Buffer): Buffer {
  const head = /^P5\s(?:#.*\n)?\s*(\d+)\s+(\d+)\s+255\s/.exec(pgm.toString('latin1', 0, 200));
  if (!head) throw new Error('no graymap');
  return pgm.subarray(head[0].length);
}

export const alike = (a: Drawn, b: Drawn): boolean =>
  [...a.poppler, ...a.ghostscript].every((page, i) =>
    page.equals([...b.poppler, ...b.ghostscript][i] ?? Buffer.alloc(0)),
  );

/** Mean difference of the two drawings of each page, in levels of 255; the largest one. Infinite where one has other pages. */
export function difference({ poppler, ghostscript }: Drawn): number {
  if (poppler.length !== ghostscript.length || poppler.length === 0) return Number.POSITIVE_INFINITY;
  return Math.max(...poppler.map((page, i) => meanOf(page, ghostscript[i]!)));
}

function meanOf(a: Buffer, b: Buffer): number {
  // the two round a page's size each in its own way
  const length = Math.min(a.length, b.length);
  if (Math.abs(a.length - b.length) > 1500) return Number.POSITIVE_INFINITY;
  let sum = 0;
  for (let i = 0; i < length; i++) sum += Math.abs(a[i]! - b[i]!);
  return sum / length;
}

/** Share of the pixels that are not white, in the emptiest page. */
export const ink = ({ poppler, ghostscript }: Drawn): number =>
  Math.min(
    ...[...poppler, ...ghostscript].map(page => page.filter(level => level < 250).length / page.length),
  );
