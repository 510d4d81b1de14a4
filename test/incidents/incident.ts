// What an incident is: what went wrong elsewhere, and the misbehaviours of hub, broker or printer that play it here.
import type { Entry } from '../../simulator/hub/residents/register.ts';
import type { Counters, Pair, Visited } from './counter.ts';
import type { Site, Wanted } from './site.ts';
import type { Protection } from './unchecked.ts';

export interface Play {
  /** What misbehaves, and how. */
  name: string;
  /** How the misbehaviour must end where a terminal can see it: one of these codes. Empty: no terminal can, and wrong papers are counted. */
  codes: readonly string[];
  /** Nothing of the misbehaviour is used: every paper is right. */
  harmless?: true;
  /**
   * What alone keeps the wrong paper in: without these the same play must bring one. Absent: more than can be taken away keeps it in,
   * such as a key that the gate does not have.
   */
  without?: readonly Protection[];
  wanted: Wanted;
  /** How a household is at the issuing service, where it is not as in the register. */
  enlarged?(entry: Entry): Entry;
  /** The visits of one pair. */
  run(stage: { site: Site; counters: Counters; pair: Pair }): Promise<Visited[]>;
  /** After the pair's visits: what else must be true of the record, one sentence for each thing that is not. */
  after?(visits: readonly Visited[], site: Site): string[] | Promise<string[]>;
}

export interface Incident {
  /** Name of the town, as for `--only`. */
  name: string;
  there: string;
  plays: readonly Play[];
}
