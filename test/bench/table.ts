// The figures as a person reads them.
import type { Spread, Summary } from './summary.ts';

const head = ['', 'us', 'alternative', 'ratio', 'rounds'];

/** Columns side by side; the first to the left, figures to the right. */
export function asTable(summaries: readonly Summary[]): string {
  const rows = [head, ...summaries.map(asRow)];
  const widths = head.map((_, column) => Math.max(...rows.map(row => row[column]!.length)));
  return rows.map(row => `${row.map((cell, column) => padded(cell, column, widths)).join('  ')}\n`).join('');
}

const padded = (cell: string, column: number, widths: readonly number[]): string =>
  column === 0 ? cell.padEnd(widths[column]!) : cell.padStart(widths[column]!);

const asRow = ({ what, unit, rounds, us, alternative, ratio }: Summary): string[] => [
  what,
  `${asText(us)} ${unit}`,
  alternative ? `${asText(alternative)} ${unit}` : '-',
  ratio === undefined ? '-' : ratio.toFixed(2),
  String(rounds),
];

const asText = ({ median, lower, upper }: Spread): string =>
  `${short(median)} (${short(lower)} to ${short(upper)})`;

const short = (figure: number): string =>
  Number.isInteger(figure) ? String(figure) : figure.toFixed(figure < 10 ? 2 : figure < 100 ? 1 : 0);
