// What a mutant is: the gate with one check less, and the visit in which that check alone keeps a wrong paper in.
import type { Change } from './mutate.ts';
import type { Visit } from './terminal.ts';

export interface Mutant {
  /** What the gate with this check does not do. */
  name: string;
  change: Change;
  visit: Visit;
  /** The refusal's code where the check stands; nothing where the visit goes on to an end without wrong paper. */
  code?: string;
  /** Another check that catches the same. The wrong paper comes out only where both are gone. */
  backedBy?: Change & { because: string };
}

/** The tables of checks without the rows of these codes. */
export const without = (...codes: string[]): Change => ({
  file: 'agent/gate/transaction/checks.ts',
  find: 'checks.find(check => !check.holds(context))',
  replace: `checks.find(check => !${JSON.stringify(codes)}.includes(check.code) && !check.holds(context))`,
});
