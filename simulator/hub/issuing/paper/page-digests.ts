// SHA-256 of each page's decoded content stream (agent/protocol/document.ts), read from the finished file.
import { createHash } from 'node:crypto';
import { inflateSync } from 'node:zlib';
import { HubError } from '../../service/hub-error.ts';

/** In page order. For pdfkit's files only: a flat page tree, one Flate stream per page, direct lengths. Errors: HubError. */
export function pageDigests(pdf: Buffer): Buffer[] {
  const file = pdf.toString('latin1');
  const kids = /\/Type \/Pages[\s\S]*?\/Kids \[([^\]]*)\]|\/Kids \[([^\]]*)\][\s\S]*?\/Type \/Pages/.exec(
    file,
  );
  const pages = [...(kids?.[1] ?? kids?.[2] ?? '').matchAll(/(\d+) 0 R/g)].map(match => Number(match[1]));
  if (pages.length === 0) throw new HubError('the rendered file has no page tree as pdfkit writes one');
  return pages.map(page => {
    const contents = /\/Contents (\d+) 0 R/.exec(objectAt(file, page))?.[1];
    return createHash('sha256')
      .update(streamOf(pdf, file, Number(contents)))
      .digest();
  });
}

function objectAt(file: string, id: number): string {
  const start = file.indexOf(`\n${id} 0 obj\n`);
  if (start < 0) throw new HubError(`the rendered file has no object ${id}`);
  return file.slice(start, file.indexOf('endobj', start));
}

function streamOf(pdf: Buffer, file: string, id: number): Buffer {
  const start = file.indexOf(`\n${id} 0 obj\n`);
  const begin = file.indexOf('stream\n', start) + 'stream\n'.length;
  const length = /\/Length (\d+)/.exec(file.slice(start, begin))?.[1];
  if (start < 0 || length === undefined) throw new HubError(`object ${id} of the rendered file is no stream`);
  return inflateSync(pdf.subarray(begin, begin + Number(length)));
}
