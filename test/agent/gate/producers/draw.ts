// Draws a document with Poppler and with Ghostscript: two readers that share no code.
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '../../../../simulator/temporary-folder.ts';

export interface Page {
  width: number;
  height: number;
  /** Gray, 0 to 255, row by row. */
  levels: Buffer;
}

export interface Drawn {
  poppler: Page[];
  ghostscript: Page[];
}

const dpi = '36';

/** Errors: one of the programs does not read the file. */
export function draw(pdf: Buffer): Drawn {
  const folder = temporaryFolder('draw');
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
        .map(name => pageOf(readFileSync(join(folder, name))));
    return { poppler: pages('poppler'), ghostscript: pages('gs') };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** A binary graymap: magic, comments, width, height and maximum, then one byte a pixel. */
function pageOf(pgm: Buffer): Page {
  const head = /^P5\s(?:#.*\n)?\s*(\d+)\s+(\d+)\s+255\s/.exec(pgm.toString('latin1', 0, 200));
  if (!head) throw new Error('no graymap');
  return { width: Number(head[1]), height: Number(head[2]), levels: pgm.subarray(head[0].length) };
}

/** To the last pixel. */
export function alike(a: Drawn, b: Drawn): boolean {
  const [mine, theirs] = [a, b].map(drawn => [...drawn.poppler, ...drawn.ghostscript]) as [Page[], Page[]];
  return mine.length === theirs.length && mine.every((page, i) => page.levels.equals(theirs[i]!.levels));
}

/** Side of the squares that are compared, in pixels. */
const square = 10;
/** Ink from which a square counts as drawn: as of two black pixels. */
const minInk = 2 * 255;

/**
 * How far the two drawings of a page are apart, 0 to 1: of the square where most is missing, the share of one drawing's ink that the
 * other has neither there nor in the squares around it. Hints and smoothed edges move ink by a pixel.
 */
export function difference({ poppler, ghostscript }: Drawn): number {
  if (poppler.length !== ghostscript.length || poppler.length === 0) return 1;
  return Math.max(
    ...poppler.map((page, i) => Math.max(missing(page, ghostscript[i]!), missing(ghostscript[i]!, page))),
  );
}

function missing(from: Page, other: Page): number {
  // each rounds a page's size in its own way
  if (Math.abs(from.width - other.width) > 1 || Math.abs(from.height - other.height) > 1) return 1;
  const [mine, theirs] = [squaresOf(from), squaresOf(other)];
  let max = 0;
  mine.forEach((row, y) => {
    row.forEach((own, x) => {
      let there = 0;
      for (const near of theirs.slice(Math.max(0, y - 1), y + 2))
        for (const ink of near.slice(Math.max(0, x - 1), x + 2)) there += ink;
      if (own >= minInk) max = Math.max(max, 1 - there / own);
    });
  });
  return max;
}

/** Ink of each square, row by row. */
function squaresOf({ width, height, levels }: Page): number[][] {
  const rows = Array.from({ length: Math.ceil(height / square) }, () =>
    new Array<number>(Math.ceil(width / square)).fill(0),
  );
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++)
      rows[Math.floor(y / square)]![Math.floor(x / square)]! += 255 - levels[y * width + x]!;
  return rows;
}

/** Share of the pixels that are not white, in the emptiest page. */
export const ink = ({ poppler, ghostscript }: Drawn): number =>
  Math.min(
    ...[...poppler, ...ghostscript].map(
      ({ levels }) => levels.filter(level => level < 250).length / levels.length,
    ),
  );
