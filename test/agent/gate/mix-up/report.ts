// The counts of a run as a table, and what in them must not be.
import { mixUps } from './mix-ups.ts';
import { lateBefore, nothing, type Tallies, two, twoUnseen } from './run.ts';

const unseen = new Set([...mixUps.filter(mixUp => mixUp.unseen).map(mixUp => mixUp.name), twoUnseen]);
const harmless = new Set([...mixUps.filter(mixUp => mixUp.harmless).map(mixUp => mixUp.name), nothing]);

/** Every class that a run can have. */
export const classes: readonly string[] = [
  nothing,
  ...mixUps.map(({ name }) => name),
  lateBefore,
  two,
  twoUnseen,
];

/** Wrong papers that a terminal must not let out, and right ones that it kept; in words, one a line. */
export function faults(tallies: Tallies): string[] {
  return [...tallies].flatMap(([name, { sessions, right, wrong }]) => [
    ...(wrong > 0 && !unseen.has(name) ? [`${wrong} wrong papers: ${name}`] : []),
    ...(right < sessions && harmless.has(name) ? [`${sessions - right} right papers kept: ${name}`] : []),
  ]);
}

/** Wrong papers of the classes that no terminal can see. */
export const unseenWrong = (tallies: Tallies): Map<string, number> =>
  new Map([...unseen].map(name => [name, tallies.get(name)?.wrong ?? 0]));

export function report(tallies: Tallies): string {
  const line = (name: string) => {
    const { sessions = 0, right = 0, wrong = 0, refused = {} } = tallies.get(name) ?? {};
    const codes = Object.entries(refused).map(([code, times]) => `${code} ${times}`);
    const counts = [sessions, right, wrong].map(count => String(count).padStart(8)).join('');
    return `${counts}  ${name}${codes.length > 0 ? ` (${codes.join(', ')})` : ''}`;
  };
  const seen = classes.filter(name => !unseen.has(name));
  const head = 'sessions   right   wrong';
  return [head, ...seen.map(line), 'what no terminal can see:', ...[...unseen].map(line)].join('\n');
}
