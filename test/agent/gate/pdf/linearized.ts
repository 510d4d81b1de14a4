// A tiny linearized PDF by hand, as qpdf writes one: the first page's objects and their table come first.
import { catalog, content, entry, page, tree } from './handmade.ts';

/** What is otherwise than it should be. */
export interface Spoilt {
  version?: number;
  /** In place of the keys of the first object behind /L; {T} is the right T. */
  about?: string;
  /** Behind the header, and behind the first object. */
  head?: string;
  gap?: string;
  mainTrailer?: string;
}

export function linearized(spoilt: Spoilt = {}): Buffer {
  const make = (length: number, main: number): string => {
    let file = `%PDF-1.4\n${spoilt.head ?? ''}`;
    const offsets: Record<number, number> = {};
    const put = (number: number, object: string) => {
      offsets[number] = file.length;
      file += `${number} 0 obj\n${object}\nendobj\n`;
    };
    const pad = (value: number) => String(value).padEnd(6);
    const about = spoilt.about ?? '/H [0 0] /O 3 /E 0 /N 1 /T {T}';
    put(
      5,
      `<< /Linearized ${spoilt.version ?? 1} /L ${pad(length)} ${about.replace('{T}', pad(main + 'xref\n0 3'.length))} >>`,
    );
    file += spoilt.gap ?? '';
    const first = file.length;
    const table = (from: number, count: number) =>
      Array.from({ length: count }, (_, i) => entry(offsets[from + i] ?? 0)).join('');
    const space = 'xref\n3 3\n'.length + 3 * 20;
    const trailer = `trailer\n<< /Size 6 /Root 1 0 R /Prev ${pad(main)} >>\nstartxref\n0\n%%EOF\n`;
    const begin = file;
    file += ' '.repeat(space + trailer.length);
    put(3, page());
    put(4, content);
    put(1, catalog());
    put(2, tree());
    const tableAt = file.length;
    const mainTrailer = spoilt.mainTrailer ?? '/Size 3';
    const last = `xref\n0 3\n0000000000 65535 f \n${table(1, 2)}trailer\n<< ${mainTrailer} >>\nstartxref\n${first}\n%%EOF\n`;
    file = `${begin}xref\n3 3\n${table(3, 3)}${trailer}${file.slice(begin.length + space + trailer.length)}${last}`;
    return main === tableAt && length === file.length ? file : make(file.length, tableAt);
  };
  return Buffer.from(make(0, 0), 'latin1');
}
