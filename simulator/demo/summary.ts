// The summary at the end: who, what, fee, seconds, pages, how it ended, whether the books agree.
import { columnsOf, wrap } from './columns.ts';
import type { VisitRecord } from './visit-record.ts';
import { counted, kindInEnglish, outcomeInEnglish, placeInEnglish, promptGloss } from './words.ts';

const columns = 80;
const labelColumns = 10;

const line = (what: string, words: string): string => `${what.padEnd(labelColumns)}${words}`;
/** As many lines as it takes; Japanese is broken between its sentences. */
const lines = (what: string, words: string): string[] =>
  wrap(words.replace(/。(?=.)/g, '。 '), columns - labelColumns).map((part, index) =>
    line(index === 0 ? what : '', part),
  );
const more = (words: string): string[] => lines('', words);

const seconds = (ms: number): string => (ms / 1000).toFixed(1);

/** One visit without trouble: a line for each thing; several: a line for each visit. */
export function residentLines({ visits, books, startMs }: ResidentVisits): string[] {
  const [visit, ...others] = visits;
  if (!visit) return [];
  return [
    ...(others.length === 0 ? oneVisit(visit, startMs) : severalVisits(visits, startMs)),
    ...lines('books', books.length === 0 ? 'agree: till, paper and ledger' : books.join('; ')),
  ];
}

export interface ResidentVisits {
  visits: readonly VisitRecord[];
  /** A sentence for each thing that does not agree. */
  books: readonly string[];
  startMs: number;
}

function oneVisit(visit: VisitRecord, startMs: number): string[] {
  const { resident, municipality, title, kind, copies, feeYen, coins, tookMs, pages, slips, end } = visit;
  return [
    line('who', `${resident.name} of ${municipality.name} ${placeInEnglish(municipality.code)}, made up`),
    line('what', `${title} ${kindInEnglish(kind)}, ${counted(copies, 'copy', 'copies')}`),
    line('fee', `${feeYen} yen: ${coins.inYen} in, ${coins.outYen} out`),
    line('time', `${seconds(tookMs)} s from card to end; ${seconds(startMs)} s to start`),
    line('paper', `${counted(pages.out, 'page')}, ${counted(slips, 'receipt')}`),
    ...lines('end', end ? `${end.outcome} (${end.code}): ${outcomeInEnglish(end.outcome)}` : 'none'),
  ];
}

function severalVisits(visits: readonly VisitRecord[], startMs: number): string[] {
  const sum = (of: (visit: VisitRecord) => number) => visits.reduce((total, visit) => total + of(visit), 0);
  const wide = Math.max(...visits.map(({ kind }) => columnsOf(kindInEnglish(kind))));
  return [
    '  no    yen  pages  seconds  end        what, and for whom (all made up)',
    ...visits.map(({ nth, feeYen, pages, tookMs, end, kind, resident, municipality }) =>
      [
        String(nth).padStart(4),
        String(feeYen).padStart(5),
        String(pages.out).padStart(5),
        seconds(tookMs).padStart(7),
        (end?.outcome ?? 'none').padEnd(9),
        `${kindInEnglish(kind).padEnd(wide)}  ${resident.name}, ${municipality.name}`,
      ].join('  '),
    ),
    line(
      'together',
      `${sum(({ feeYen }) => feeYen)} yen, ${counted(
        sum(({ pages }) => pages.out),
        'page',
      )}, ${seconds(sum(({ tookMs }) => tookMs))} s; ${seconds(startMs)} s to start`,
    ),
  ];
}

/** One visit in which faults happened. */
export function faultLines(visit: VisitRecord): string[] {
  const { fault, end, screen, coins, keptYen, owedYen, pages, slips, tookMs, wrong } = visit;
  if (!fault) return [];
  return [
    ...fault.faults.flatMap(({ name, summary }) => [line('fault', name), ...more(summary)]),
    ...lines('expected', fault.expected),
    ...(fault.closed.length > 0
      ? lines('closed', `out of service for ${fault.closed.join(', ')}, until that was mended`)
      : []),
    line('end', end ? `${end.outcome} (${end.code})` : 'none'),
    ...(end ? more(outcomeInEnglish(end.outcome)) : []),
    ...lines('screen', screen?.text ?? 'nothing'),
    ...(screen ? more(promptGloss(screen.prompt).sentence) : []),
    line('coins', `${coins.inYen} yen in, ${coins.outYen} yen out; kept ${keptYen}, owed ${owedYen}`),
    line('paper', `${counted(pages.out, 'sheet')}, ${counted(slips, 'slip')}`),
    line('time', `${seconds(tookMs)} s from card to end`),
    ...lines('books', wrong.length === 0 ? 'agree' : wrong.join('; ')),
    wrong.length === 0 ? 'as expected' : 'NOT AS EXPECTED',
  ];
}

/** Where everything is. */
export function whereLines(
  out: { index: string; records: readonly string[] },
  visits: readonly VisitRecord[],
): string[] {
  const [first, ...others] = visits.filter(({ papers }) => papers.files.length > 0);
  return [
    line('open', out.index),
    ...(first ? [line('papers', first.papers.files.join(' ') + (others.length > 0 ? ' …' : ''))] : []),
    line('records', out.records.join(' ')),
  ];
}

/** How to look into what `--keep` kept. */
export const keptLines = (dir: string): string[] => [
  line('kept', dir),
  line('', `npm run madoguchi -- journal inspect --home ${dir}/t/home`),
];
