// A fault: its name, what happens, and how it must end. Several may happen in one visit.
import type { Scene } from './scene.ts';

export interface End {
  outcome: 'issued' | 'refused' | 'abandoned' | 'refundDue' | 'unknown';
  /** docs/codes.md */
  code: string;
}

export interface Expected {
  /** Codes of the legs that are missing before anybody is served; staff mend them (`mend`), and then the visit is. */
  closed?: readonly string[];
  /** How the visit ends. More than one only where the moment decides. */
  ends: readonly End[];
  /** It may end anyhow, as long as all books agree: too much happens to say. */
  anyhow?: boolean;
  /** Codes of the legs for which the terminal stays closed afterwards, until a person decides. */
  staysClosed?: readonly string[];
}

export interface Fault {
  /** `leg.what-happens` */
  name: string;
  summary: string;
  expected: Expected;
  /** Whether a claim slip may be lost by it: whoever prints slips is broken, or dies. The screen shows the claim then. */
  readonly mayLoseSlip?: boolean;
  /** Puts it in place, before anybody comes. */
  arrange(scene: Scene): void | Promise<void>;
  /** What staff do when the screen says which leg is missing. */
  mend?(scene: Scene): void | Promise<void>;
  /** Looked at when the visit is over: a sentence for each thing that is not as it must be. */
  after?(scene: Scene): string[] | Promise<string[]>;
}

/** The leg that a fault is of: the part of its name before the dot. */
export const conditionOf = ({ name }: Fault): string => name.slice(0, name.indexOf('.'));

export const end = (outcome: End['outcome'], code: string): Expected => ({ ends: [{ outcome, code }] });
export const issued: Expected = end('issued', 'issued/done');
export const withoutReceipt: Expected = end('issued', 'issued/withoutReceipt');
/** Out of service, then mended, then served. */
export const closed = (...codes: string[]): Expected => ({ ...issued, closed: codes });

const gravity: Record<End['outcome'], number> = {
  issued: 0,
  refused: 1,
  abandoned: 1,
  refundDue: 2,
  unknown: 3,
};

/**
 * Whether faults that came together may end so. One alone ends exactly as it says. Of several, whichever strikes first
 * decides, and no pair may end worse than its worse half, or well where none of its halves does.
 */
export function mayEnd(
  faults: readonly Fault[],
  { outcome, code }: { outcome: string | null; code: string | null },
): boolean {
  const ends = faults.flatMap(({ expected }) => expected.ends);
  if (faults.some(({ expected }) => expected.anyhow)) return outcome !== null;
  if (ends.length === 0) return outcome === 'issued';
  if (
    faults.length > 1 &&
    outcome === 'issued' &&
    faults.some(({ expected }) => !expected.ends.some(isIssued))
  )
    return false;
  return ends.some(one => one.outcome === outcome && one.code === code);
}

const isIssued = ({ outcome }: End): boolean => outcome === 'issued';

/** The gravest end that these faults may have, for a person who reads the list. */
export const gravest = (faults: readonly Fault[]): End | undefined =>
  faults.flatMap(({ expected }) => expected.ends).sort((a, b) => gravity[b.outcome] - gravity[a.outcome])[0];
