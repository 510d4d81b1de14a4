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

const codes = new Map(mixUps.map(mixUp => [mixUp.name, mixUp.codes ?? []]));
const unasked = new Set(mixUps.filter(mixUp => mixUp.habit === 'givesUp').map(mixUp => mixUp.name));

/** Wrong papers that a terminal must not let out, right ones that it kept, and refusals of another code; in words, one a line. */
export function faults(tallies: Tallies): string[] {
  return [...tallies].flatMap(([name, { sessions, right, wrong, refused }]) => [
    ...otherwise(name, sessions, refused),
    ...(wrong > 0 && !unseen.has(name) ? [`${wrong} wrong papers: ${name}`] : []),
    ...(right < sessions && harmless.has(name) ? [`${sessions - right} right papers kept: ${name}`] : []),
  ]);
}

/** Of a class that one mix-up makes: sessions that were not refused with one of its codes. */
function otherwise(name: string, sessions: number, refused: Record<string, number>): string[] {
  const own = codes.get(name);
  if (!own || unseen.has(name) || harmless.has(name) || unasked.has(name)) return [];
  const rightly = own.reduce((sum, code) => sum + (refused[code] ?? 0), 0);
  return rightly < sessions ? [`${sessions - rightly} not refused with ${own.join(' or ')}: ${name}`] : [];
}

/** Classes of which a run of this many sessions had none. */
export const missing = (tallies: Tallies): string[] => classes.filter(name => !tallies.has(name));

/** Several runs as one. */
export function together(all: readonly Tallies[]): Tallies {
  const sum: Tallies = new Map();
  for (const [name, { sessions, right, wrong, refused }] of all.flatMap(tallies => [...tallies])) {
    const tally = sum.get(name) ?? { sessions: 0, right: 0, wrong: 0, refused: {} };
    sum.set(name, tally);
    tally.sessions += sessions;
    tally.right += right;
    tally.wrong += wrong;
    for (const [code, times] of Object.entries(refused))
      tally.refused[code] = (tally.refused[code] ?? 0) + times;
  }
  return sum;
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
