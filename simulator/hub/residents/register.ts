// A register of residents. Each service has its own copy.
import { ichikawa } from './ichikawa.ts';
import { mitaka } from './mitaka.ts';
import type { Household, Resident } from './resident.ts';
import { shibuya } from './shibuya.ts';

/** A resident with the household. */
export interface Entry {
  resident: Resident;
  household: Household;
}

export class Register {
  readonly households: readonly Household[];
  readonly #byId: ReadonlyMap<string, Entry>;

  constructor(households: readonly Household[] = [...mitaka, ...shibuya, ...ichikawa]) {
    this.households = structuredClone(households);
    this.#byId = new Map(
      this.households.flatMap(household =>
        household.members.map(resident => [resident.id, { resident, household }] as const),
      ),
    );
  }

  find(id: string): Entry | undefined {
    return this.#byId.get(id);
  }

  entries(): Entry[] {
    return [...this.#byId.values()];
  }
}
