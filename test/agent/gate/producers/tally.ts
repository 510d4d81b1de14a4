// Counts what came of mutations, and says what must not be among it.
import { type Mutation, unseen } from './mutations.ts';

export interface Tally {
  kind: string;
  made: number;
  /** Signed before the mix-up, and taken: never. */
  takenAfter: number;
  /** Signed after it: code of the refusal, or `taken`; how often. */
  before: Record<string, number>;
  /** Of those that were taken, where they are drawn: how it looks. */
  drawn: Record<Look, number>;
}

/** As the file without the mix-up; otherwise; or by two readers in two ways, such as with a font that lacks the glyphs. */
export type Look = 'as before' | 'otherwise' | 'in two ways';

export function tallyOf(mutations: Iterable<Mutation>, look?: (mutation: Mutation) => Look): Tally[] {
  const tallies = new Map<string, Tally>();
  for (const mutation of mutations) {
    const { kind, after, before } = mutation;
    const tally = tallies.get(kind) ?? {
      kind,
      made: 0,
      takenAfter: 0,
      before: {},
      drawn: { 'as before': 0, otherwise: 0, 'in two ways': 0 },
    };
    tallies.set(kind, tally);
    tally.made++;
    if (after !== 'gate/pdfDigest') tally.takenAfter++;
    tally.before[before] = (tally.before[before] ?? 0) + 1;
    if (before === 'taken' && look) tally.drawn[look(mutation)]++;
  }
  return [...tallies.values()].sort((a, b) => a.kind.localeCompare(b.kind));
}

/** Mix-ups that a terminal must see, and did not. */
export const faultsIn = (tallies: readonly Tally[]): string[] =>
  tallies.flatMap(({ kind, takenAfter, before, drawn }) => [
    ...(takenAfter > 0
      ? [`${takenAfter} times a ${kind} was exchanged after the signature, and the file was taken`]
      : []),
    ...((before.taken ?? 0) > drawn['as before'] && !unseen.includes(kind)
      ? [`${before.taken} times a ${kind} was exchanged before the signature, and the file was taken`]
      : []),
  ]);

export const report = (tallies: readonly Tally[]): string =>
  tallies
    .map(({ kind, made, before, drawn }) => {
      const counts = Object.entries(before).map(([code, times]) => `${code} ${times}`);
      const looks = Object.entries(drawn).flatMap(([look, times]) => (times > 0 ? [`${times} ${look}`] : []));
      const drawings = looks.length > 0 ? `; drawn ${looks.join(', ')}` : '';
      return `${String(made).padStart(6)}  ${kind}${unseen.includes(kind) ? ' (no terminal can see it)' : ''}: ${counts.join(', ')}${drawings}`;
    })
    .join('\n');
