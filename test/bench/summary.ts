// Makes a summary of the rounds' figures.
import type { Line, Unit } from './benchmark.ts';

export interface Spread {
  median: number;
  /** Quartiles: half of the rounds lie between them. */
  lower: number;
  upper: number;
}

export interface Summary {
  what: string;
  unit: Unit;
  rounds: number;
  us: Spread;
  alternative?: Spread;
  /** Our median as a multiple of the alternative's. */
  ratio?: number;
}

export function summarise({ what, unit, us, alternative }: Line): Summary {
  const ours = spreadOf(us);
  const summary = { what, unit, rounds: us.length, us: ours };
  if (alternative.length === 0) return summary;
  const theirs = spreadOf(alternative);
  return { ...summary, alternative: theirs, ratio: ours.median / theirs.median };
}

const spreadOf = (figures: readonly number[]): Spread => ({
  median: quantile(figures, 0.5),
  lower: quantile(figures, 0.25),
  upper: quantile(figures, 0.75),
});

/** Between two figures, in proportion. `figures` has one at least; `part` is from 0 to 1. */
export function quantile(figures: readonly number[], part: number): number {
  const sorted = figures.toSorted((a, b) => a - b);
  const place = part * (sorted.length - 1);
  const [below, above] = [sorted[Math.floor(place)]!, sorted[Math.ceil(place)]!];
  return below + (above - below) * (place - Math.floor(place));
}
