// Reads and renders a PDF with Poppler's tools, as separate processes, over pipes. Only the PNGs are written to disk.
import { spawn } from 'node:child_process';
import { readdir } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

/** Poppler cannot read the document, or the tool is not installed (Debian: poppler-utils). */
export class PdfError extends Error {
  override name = 'PdfError';
}

export async function countPages(pdf: Buffer): Promise<number> {
  const pages = /^Pages:\s+(\d+)$/m.exec(String(await run('pdfinfo', ['-'], pdf)))?.[1];
  if (pages === undefined) throw new PdfError('pdfinfo printed no number of pages');
  return Number(pages);
}

/** Writes `prefix`-1.png and so on, at 110 dpi. Returns their paths in page order. */
export async function renderPages(pdf: Buffer, prefix: string): Promise<string[]> {
  await run('pdftoppm', ['-r', '110', '-png', '-', prefix], pdf);
  const number = (name: string) => Number(/-(\d+)\.png$/.exec(name)?.[1]);
  return (await readdir(dirname(prefix)))
    .filter(name => name.startsWith(`${basename(prefix)}-`) && Number.isInteger(number(name)))
    .sort((a, b) => number(a) - number(b))
    .map(name => join(dirname(prefix), name));
}

/** Page `number` (from 1) at 110 dpi. */
export const renderJpeg = (pdf: Buffer, number: number): Promise<Buffer> =>
  run('pdftoppm', [...['-r', '110', '-jpeg', '-f', String(number)], '-singlefile', '-'], pdf);

function run(tool: string, args: string[], input: Buffer): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const child = spawn(tool, args, { stdio: ['pipe', 'pipe', 'pipe'] });
    const [out, err]: [Buffer[], string[]] = [[], []];
    child.stdout.on('data', chunk => out.push(chunk));
    child.stderr.setEncoding('utf8').on('data', chunk => err.push(chunk));
    child.on('error', cause => reject(new PdfError(`${tool} did not start`, { cause })));
    child.on('close', code =>
      code === 0
        ? resolve(Buffer.concat(out))
        : reject(new PdfError(`${tool} ended ${code}: ${err.join('').trim()}`)),
    );
    // A tool that refuses the document closes its pipe early. The exit code decides, not the pipe's error.
    child.stdin.on('error', cause => err.push(`(${cause.message})`));
    child.stdin.end(input);
  });
}
