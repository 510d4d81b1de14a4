// How often each process was killed in each state, by the journal's last step before the kill.
import { type MomentName, moments } from '../../simulator/faults/moments.ts';
import type { Located } from './stand.ts';

/** Two moments that have the same step in the journal: only the printer knows which sheet is moving. */
const sameStep: Partial<Record<MomentName, MomentName>> = { printing: 'jobMade' };

/** Whether the aimed strike has hit its moment, by the journal. */
export function hasHit({ aim, killed, step }: Located): boolean {
  if (!aim || !step || !aim.victims.every(victim => killed.includes(victim))) return false;
  const moment: { state: string; event?: string } = moments[sameStep[aim.at] ?? aim.at];
  return step.at === moment.state && (moment.event === undefined || step.event === moment.event);
}

export class Tally {
  readonly #counts = new Map<string, Map<string, number>>();
  readonly #hits = new Set<string>();
  kills = 0;

  add(located: Located): void {
    const { killed, step, aim } = located;
    const at = aim && hasHit(located) ? aim.at : (step?.at ?? 'idle');
    const victims = killed.join('+');
    if (killed.length === 0) return;
    const counts = this.#counts.get(at) ?? new Map<string, number>();
    this.#counts.set(at, counts.set(victims, (counts.get(victims) ?? 0) + 1));
    if (hasHit(located)) this.#hits.add(`${at} ${victims}`);
  }

  /** Aimed strikes that have hit, each moment with each victim or pair once. */
  get hits(): number {
    return this.#hits.size;
  }

  /** A line for each state, the busiest first. */
  lines(): string[] {
    return [...this.#counts].map(
      ([at, counts]) =>
        `${at}: ${[...counts]
          .sort(([, a], [, b]) => b - a)
          .map(([victims, count]) => `${victims} ${count}`)
          .join(', ')}`,
    );
  }
}
