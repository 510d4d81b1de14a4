// Judges paper as the resident reads it: by what Poppler finds drawn on each page, and by whose card was in when the sheet came out.
// Stamps, manifests and signatures count for nothing here.
import { spawn } from 'node:child_process';
import { dateInJapan, inEra } from '../../simulator/hub/catalogue/japanese-date.ts';
import type { Entry } from '../../simulator/hub/residents/register.ts';

/** What a resident must get. */
export interface Expected {
  entry: Entry;
  /** As on the paper: 住民票の写し. */
  title: string;
  /** What each page must say of them, in order. */
  pages: readonly (readonly string[])[];
  transaction: string;
  /** ms since 1970: from the card in to the end. The paper's date is of a day between. */
  between: readonly [number, number];
}

/** One side that left the printer. */
export interface Sheet {
  job: { name: string; document: Buffer; pages: number | undefined };
  /** From 1, over all copies. */
  side: number;
  /** Whose card was in, or had been in for this visit, when the side came out. */
  during: string | undefined;
}

export const bare = (text: string): string => text.replace(/\s/g, '');
/** Poppler does not give back which variation of a character was drawn. */
export const isPlain = (name: string): boolean => !/[\u{E0100}-\u{E01EF}]/u.test(name);

/** The text of each page, without white space. Errors: Poppler does not read it, or is missing. */
export function textOf(document: Buffer): Promise<string[]> {
  const tool = spawn('pdftotext', ['-layout', '-', '-'], { stdio: ['pipe', 'pipe', 'inherit'] });
  let text = '';
  tool.stdout.setEncoding('utf8').on('data', (part: string) => {
    text += part;
  });
  tool.stdin.on('error', () => undefined); // the exit code says it
  tool.stdin.end(document);
  return new Promise((resolve, reject) => {
    tool.on('error', reject);
    tool.on('close', code =>
      code === 0
        ? resolve(text.split('\f').slice(0, -1).map(bare))
        : reject(new Error(`pdftotext ended ${code}`)),
    );
  });
}

/** What is wrong with a page, one sentence each; `others`: names that must not be on it. */
export function faultsOfPage(
  text: string,
  nth: number,
  { title, pages, transaction, between }: Expected,
  others: readonly string[],
): string[] {
  const dates = between.map(wall => inEra(dateInJapan(wall)));
  return [
    ...others.filter(name => text.includes(name)).map(name => `${name} is on it`),
    ...(pages[nth] ?? ['no such page'])
      .filter(word => !text.includes(bare(word)))
      .map(word => `${word} is missing`),
    ...unless(text.includes(title), `it is no ${title}`),
    ...unless(text.includes(transaction), 'it is of another issue'),
    ...unless(text.includes(`${nth + 1}/${pages.length}頁`), 'it is out of its place'),
    ...unless(
      dates.some(date => text.includes(date)),
      `it is not of ${dates[0]}`,
    ),
  ];
}

const unless = (holds: boolean, what: string): string[] => (holds ? [] : [what]);
