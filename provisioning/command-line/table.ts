// Rows of cells as lines, each column as wide as its longest cell; without what would command a terminal.
export function tableLines(rows: readonly (readonly string[])[]): string[] {
  const clean = rows.map(row => row.map(shownText));
  const widths = clean[0]!.map((_, column) => Math.max(...clean.map(row => row[column]!.length)));
  return clean.map(row =>
    row
      .map((cell, column) => cell.padEnd(widths[column]!))
      .join('  ')
      .trimEnd(),
  );
}

/** Whoever wrote a header without a key: it must not command a terminal. */
export const shownText = (text: string): string => text.replace(/\p{Cc}+/gu, ' ');
