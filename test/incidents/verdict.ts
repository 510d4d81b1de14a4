// What came of a play's visits: each is right, refused with a code, or wrong with its reasons.
import type { Visited } from './counter.ts';
import type { Play } from './incident.ts';
import { faultsOfPage, type Sheet, textOf } from './judge.ts';
import type { Site } from './site.ts';

export interface Verdict {
  visits: number;
  right: number;
  /** Code: how many. */
  refused: Record<string, number>;
  /** Sheets that whoever took them must not have; the first reason of each. */
  wrongSheets: string[];
  /** Whatever else must not be: other codes, money without paper, a record that says something else. */
  faults: string[];
}

export const none = (): Verdict => ({ visits: 0, right: 0, refused: {}, wrongSheets: [], faults: [] });

/** Adds these visits to `verdict`. */
export async function judge(
  verdict: Verdict,
  visits: readonly Visited[],
  play: Play,
  site: Site,
): Promise<void> {
  for (const visited of visits) {
    const { row, sheets, expected, keptYen } = visited;
    const wrong = await faultsOfSheets(visited, site);
    verdict.visits++;
    verdict.wrongSheets.push(...wrong);
    const [code, at] = [row.code ?? '', `${visited.counter.name} ${row.transaction}`];
    if (row.outcome === 'refused') {
      verdict.refused[code] = (verdict.refused[code] ?? 0) + 1;
      if (!play.codes.includes(code)) verdict.faults.push(`refused with ${code}: ${at}`);
      if (keptYen !== 0 || row.keptYen || row.owedYen)
        verdict.faults.push(`a fee was kept without paper: ${at}`);
    } else if (row.outcome !== 'issued') verdict.faults.push(`ended ${row.outcome} (${code}): ${at}`);
    else if (wrong.length === 0 && sheets.length === expected.pages.length) verdict.right++;
    else if (wrong.length === 0)
      verdict.faults.push(`${sheets.length} of ${expected.pages.length} sheets: ${at}`);
  }
}

async function faultsOfSheets({ sheets, expected }: Visited, site: Site): Promise<string[]> {
  const others = site.othersThan(expected.entry);
  const wrong: string[] = [];
  for (const { job, side, during } of sheets) {
    const pages = await textOf(job.document);
    const nth = (side - 1) % pages.length;
    const [fault] = [
      ...(during === expected.entry.resident.id ? [] : ['it came out when its resident was not there']),
      ...faultsOfPage(pages[nth] ?? '', nth, expected, others),
    ];
    if (fault) wrong.push(fault);
  }
  return wrong;
}

/** Sheets that came out after the last visit: nobody is there to take them. */
export const leftBehind = (sheets: readonly Sheet[]): string[] =>
  sheets.map(({ job }) => `a sheet of ${job.name} came out after the last visit`);
