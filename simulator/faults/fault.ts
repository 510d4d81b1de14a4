// A fault: its name, what happens, and how the visit must end. Several faults may happen in one visit.
import type { Scene } from './scene.ts';

export interface End {
  outcome: 'issued' | 'refused' | 'abandoned' | 'refundDue' | 'unknown';
  /** A code of docs/codes.md. */
  code: string;
}

export interface Expected {
  /**
   * Codes of the readiness conditions that fail before the visit. Staff correct them (`mend`); then the visit takes place.
   */
  closed?: readonly string[];
  /** How the visit may end. More than one end only if timing decides. */
  ends: readonly End[];
  /** Every end is accepted, as long as money, paper and ledger agree. For faults whose end cannot be predicted. */
  anyhow?: boolean;
  /** Codes of the conditions that keep the terminal closed after the visit, until a person decides. */
  staysClosed?: readonly string[];
}

export interface Fault {
  /** `condition.what-happens` */
  name: string;
  summary: string;
  expected: Expected;
  /**
   * Whether the claim slip may be lost: the receipt printer, or a process that prints slips, fails. The screen shows the
   * claim then.
   */
  readonly mayLoseSlip?: boolean;
  /** Sets the fault up, before the visit. */
  arrange(scene: Scene): void | Promise<void>;
  /** What staff do when the screen names the failed condition. */
  mend?(scene: Scene): void | Promise<void>;
  /** Checks the shop after the visit. Returns one sentence for each thing that is wrong. */
  after?(scene: Scene): string[] | Promise<string[]>;
}

/** The condition that a fault belongs to: its name up to the dot. */
export const conditionOf = ({ name }: Fault): string => name.slice(0, name.indexOf('.'));

export const end = (outcome: End['outcome'], code: string): Expected => ({ ends: [{ outcome, code }] });
export const issued: Expected = end('issued', 'issued/done');
export const withoutReceipt: Expected = end('issued', 'issued/withoutReceipt');
/** The terminal is out of service, staff correct it, and the visit ends with the certificate. */
export const closed = (...codes: string[]): Expected => ({ ...issued, closed: codes });

const severity: Record<End['outcome'], number> = {
  issued: 0,
  refused: 1,
  abandoned: 1,
  refundDue: 2,
  unknown: 3,
};

/**
 * Whether a visit with these faults may end so. One fault ends exactly as it declares. Of several faults, the one that
 * takes effect first decides: the visit ends as one of them declares. It ends issued only if each of them may.
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

/** The most severe end that these faults may have. It is shown to a person who reads the list. */
export const gravest = (faults: readonly Fault[]): End | undefined =>
  faults
    .flatMap(({ expected }) => expected.ends)
    .sort((a, b) => severity[b.outcome] - severity[a.outcome])[0];
