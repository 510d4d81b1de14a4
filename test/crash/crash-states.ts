// The states in which a power cut can leave a device: un-flushed writes kept, dropped or torn, at every point.
import type { Recording } from './recording.ts';

/** Bytes that a device writes whole or not at all. */
export const sector = 512;

/** Fate of a write that was not flushed. One that is not named was dropped. */
export interface Fate {
  /** Its place in the recording. */
  write: number;
  /** Whole where absent. */
  torn?: {
    /** Sectors, from its beginning, up to which it came; or, with `backwards`, from which on. */
    sectors: number;
    backwards: boolean;
    /** Fills the 4 KiB block that was being written. */
    garbage: boolean;
  };
}

export interface CrashState {
  /** How many operations were before it. */
  point: number;
  fates: readonly Fate[];
}

/** Places of the writes that are not flushed at each point: from `pendingFrom[point]` on. */
export function pendingFrom({ operations }: Recording): number[] {
  const from = [0];
  for (const [i, { data }] of operations.entries()) from.push(data ? from[i]! : i + 1);
  return from;
}

/**
 * `count` different states or fewer, by rising point. Each point gets one before any gets two: first its youngest write
 * torn, then all dropped, then all kept, then by chance.
 */
export function planStates(recording: Recording, count: number, random: () => number): CrashState[] {
  const from = pendingFrom(recording);
  const states = new Map<string, CrashState>();
  let points = from.map((_, point) => point);
  for (let round = 0; states.size < count && points.length > 0; round++) {
    for (const point of shuffled(points, random)) {
      if (states.size >= count) break;
      const fates = fatesOf(recording, from[point]!, point, round, random);
      // the later of two that are the same on the disk is the stricter one: more was acknowledged by then
      const key = `${from[point]} ${JSON.stringify(fates)}`;
      const other = states.get(key);
      if (!other || other.point < point) states.set(key, { point, fates });
    }
    if (round > 20) break;
    points = points.filter(point => from[point]! < point);
  }
  return [...states.values()].sort((one, other) => one.point - other.point);
}

function fatesOf(
  { operations }: Recording,
  first: number,
  point: number,
  round: number,
  random: () => number,
): Fate[] {
  if (round === 1) return [];
  const fates: Fate[] = [];
  for (let write = first; write < point; write++) {
    const sectors = operations[write]!.data!.length / sector;
    const tear = (): Fate['torn'] => ({
      sectors: Math.floor(random() * sectors),
      backwards: random() < 0.3,
      garbage: random() < 0.5,
    });
    const chance = random();
    if (round === 0 && write === point - 1) fates.push({ write, torn: tear() });
    else if (round === 2 || chance < 0.4) fates.push({ write });
    else if (chance < 0.7) fates.push({ write, torn: tear() });
  }
  return fates;
}

function shuffled<T>(items: readonly T[], random: () => number): T[] {
  const mixed = [...items];
  for (let i = mixed.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    [mixed[i], mixed[j]] = [mixed[j]!, mixed[i]!];
  }
  return mixed;
}
