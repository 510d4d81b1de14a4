// Counts what came of mutations, and says what must not be among it.
import { type Mutation, unseen } from './mutations.ts';

export interface Tally {
  kind: string;
  made: number;
  /** Signed before the mix-up, and taken: never. */
  takenAfter: number;
  /** Signed after it: code of the refusal, or `taken`; how often. */
  before: Record<string, number>;
  /** Of those that were taken: drawn as the file without mix-up. Counted only where they are drawn. */
  drawnAlike: number;
}

export function tallyOf(
  mutations: Iterable<Mutation>,
  drawnAlike: (mutation: Mutation) => boolean = () => false,
): Tally[] {
  const tallies = new Map<string, Tally>();
  for (const mutation of mutations) {
    const { kind, after, before } = mutation;
    const tally = tallies.get(kind) ?? { kind, made: 0, takenAfter: 0, before: {}, drawnAlike: 0 };
    tallies.set(kind, tally);
    tally.made++;
    if (after !== 'gate/pdfDigest') tally.takenAfter++;
    tally.before[before] = (tally.before[before] ?? 0) + 1;
    if (before === 'taken' && drawnAlike(mutation)) tally.drawnAlike++;
  }
  return [...tallies.values()].sort((a, b) => a.kind.localeCompare(b.kind));
}

/** Mix-ups that a terminal must see, and did not. */
export const faultsIn = (tallies: readonly Tally[]): string[] =>
  tallies.flatMap(({ kind, takenAfter, before, drawnAlike }) => [
    ...(takenAfter > 0
      ? [`${takenAfter} times a ${kind} was exchanged after the signature, and the file was taken`]
      : []),
    ...((before.taken ?? 0) > drawnAlike && !unseen.includes(kind)
      ? [`${before.taken} times a ${kind} was exchanged before the signature, and the file was taken`]
      : []),
  ]);

export const report = (tallies: readonly Tally[]): string =>
  tallies
    .map(({ kind, made, before, drawnAlike }) => {
      const counts = Object.entries(before).map(([code, times]) => `${code} ${times}`);
      const alike = drawnAlike > 0 ? `; ${drawnAlike} drawn as before` : '';
      return `${String(made).padStart(6)}  ${kind}${unseen.includes(kind) ? ' (no terminal can see it)' : ''}: ${counts.join(', ')}${alike}`;
    })
    .join('\n');
