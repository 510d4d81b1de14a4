// The results as a table for a person.
import type { Result } from './campaign.ts';

export function table(results: readonly Result[]): string {
  const lines = results.map(({ incident, play, verdict, unchecked, faults }) => {
    const { visits, right, refused, wrongSheets } = verdict;
    const counts = [visits, right, wrongSheets.length].map(count => String(count).padStart(7)).join('');
    const without = unchecked ? String(unchecked.wrongSheets.length) : '-';
    const codes = Object.entries(refused).map(([code, times]) => `${code} ${times}`);
    const unused = play.harmless ? 'nothing of it is used' : 'no terminal can see it';
    const end = play.codes.length > 0 ? codes.join(', ') : unused;
    const mark = faults.length > 0 ? 'FAULT ' : '';
    return `${incident.padEnd(10)}${counts}${without.padStart(14)}  ${mark}${play.name}: ${end}`;
  });
  return ['incident   visits  right  wrong  wrong without', ...lines].join('\n');
}
