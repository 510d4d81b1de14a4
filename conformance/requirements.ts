// docs/contract/requirements.md as a program reads it.
import { readFileSync } from 'node:fs';

/** Whose requirement it is: MDG-H is a hub's, MDG-T a terminal's. */
export type Side = 'H' | 'T';

export interface Requirement {
  /** Such as `MDG-H-010`. */
  number: string;
  level: 'MUST' | 'SHOULD';
  /** One sentence. */
  text: string;
  /** The page, and mostly the section, that explains it: `hub.md, Ledger`. */
  from: string;
  /** The test of this repository that shows it. */
  shownBy: string;
}

const page = new URL('../docs/contract/requirements.md', import.meta.url);

/** All of them, in the page's order. Errors: a row without MUST or SHOULD. */
export function readRequirements(markdown: string = readFileSync(page, 'utf8')): Requirement[] {
  const rows = markdown.split('\n').filter(line => line.startsWith('| MDG-'));
  return rows.map(row => {
    const [number, text, from, shownBy] = row.replace(/^\| | \|$/g, '').split(' | ') as [
      ...[string, string, string, string],
    ];
    const [level] = /\b(MUST|SHOULD)\b/.exec(text) ?? [];
    if (!level) throw new Error(`${number} says neither MUST nor SHOULD`);
    return { number, level: level as Requirement['level'], text, from, shownBy };
  });
}

export const requirementsOf = (side: Side): Requirement[] =>
  readRequirements().filter(({ number }) => number.startsWith(`MDG-${side}-`));
