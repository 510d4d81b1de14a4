// docs/codes.md, from the lists.
import { lists } from './lists.ts';
import type { Table } from './table.ts';

export const page = new URL('../../docs/codes.md', import.meta.url);

const cell = (text: string): string => text.replace(/\.$/, '').replaceAll('|', '\\|');
const sentence = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

const rows = (codes: Table): string[] =>
  Object.entries(codes).map(
    ([code, [meaning, hint]]) => `| \`${code}\` | ${sentence(cell(meaning))} | ${sentence(cell(hint))} |`,
  );

export const render = (): string =>
  [
    '# Codes',
    '',
    'Every code is stable: programs, the hub’s ledger and translations may rely on it; words may change.',
    'This page is written from the lists in the code: `node test/codes/write.ts`.',
    '',
    ...lists.flatMap(({ title, about, codes }) => [
      `## ${title}`,
      '',
      ...(about ? [about, ''] : []),
      '| Code | What it means | What to do |',
      '|---|---|---|',
      ...rows(codes),
      '',
    ]),
  ].join('\n');
