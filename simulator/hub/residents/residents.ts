// The invented residents, for a scripted customer: their households, and the certificates that they may order.
import { refusalOf } from './eligibility.ts';
import { type Entry, Register } from './register.ts';

export interface Residents {
  all(): Entry[];
  find(id: string): Entry | undefined;
  /**
   * A random resident who may have `kind` in `municipality`. A missing `kind` or `municipality` may be any. `random` returns
   * [0, 1). Errors: RangeError if there is no such resident.
   */
  drawResident(
    random: () => number,
    wanted: { kind?: string; municipality?: string },
  ): Entry & { kind: string };
}

/** `wall`: ms since 1970. It decides the age of a resident. */
export function makeResidents(wall: () => number): Residents {
  const register = new Register();
  const kinds = ['juminhyo', 'inkan', 'koseki', 'fuhyo', 'zei'];
  return {
    all: () => register.entries(),
    find: id => register.find(id),
    drawResident(random, { kind, municipality }) {
      const possible = (kind ? [kind] : kinds)
        .map(one => ({ kind: one, entries: mayHave(register, one, municipality, wall()) }))
        .filter(({ entries }) => entries.length > 0);
      const drawn = pick(possible, random);
      return { ...pick(drawn.entries, random), kind: drawn.kind };
    },
  };
}

const mayHave = (register: Register, kind: string, municipality: string | undefined, wall: number): Entry[] =>
  register
    .entries()
    .filter(({ household }) => municipality === undefined || household.municipality === municipality)
    .filter(
      ({ resident, household }) =>
        !resident.outsideFont && !refusalOf(resident, household.municipality, kind, wall),
    );

function pick<T>(items: readonly T[], random: () => number): T {
  const item = items[Math.floor(random() * items.length)];
  if (item === undefined) throw new RangeError('No resident may have that certificate there.');
  return item;
}
