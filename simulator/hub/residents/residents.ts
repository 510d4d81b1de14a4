// The made-up residents, for whoever plays a customer: who lives where, and who may order what.
import { refusalOf } from './eligibility.ts';
import { type Entry, Register } from './register.ts';

export interface Residents {
  all(): Entry[];
  find(id: string): Entry | undefined;
  /**
   * Someone who may have `kind` in `municipality`; either is free where it is left out. `random` gives [0, 1).
   * Errors: RangeError where nobody may.
   */
  drawResident(
    random: () => number,
    wanted: { kind?: string; municipality?: string },
  ): Entry & { kind: string };
}

/** `wall`: ms since 1970, which decides who is of age. */
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
