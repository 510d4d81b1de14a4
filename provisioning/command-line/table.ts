// Text for a person's screen: rows of cells in columns, and what others wrote made harmless.

/** Each column is as wide as its longest cell. */
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

/** Each run of control characters becomes a space: text that somebody else wrote must not control the reader's screen. */
export const shownText = (text: string): string => text.replace(/\p{Cc}+/gu, ' ');
