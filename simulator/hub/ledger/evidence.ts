// What the gate's signed evidence is worth: only a signature of this terminal's gate counts.
import type { CoseKey } from '../../../agent/protocol/cose-key.ts';
import { isProtocolError } from '../../../agent/protocol/error.ts';
import { readEvidence } from '../../../agent/protocol/evidence.ts';

/** `absent`: none came. `invalid`: not this gate's, or of another transaction or terminal. */
export type EvidenceState = 'absent' | 'valid' | 'invalid';

export interface EvidenceVerdict {
  evidence: EvidenceState;
  /** What it says of the paper, where it is valid: printed, notPrinted, unknown. */
  paper: string | null;
}

export function judge(
  message: Buffer | undefined,
  transaction: Buffer,
  terminal: string,
  gate: CoseKey,
): EvidenceVerdict {
  if (message === undefined) return { evidence: 'absent', paper: null };
  try {
    const { result, terminal: named } = readEvidence(message, transaction, gate);
    return named === terminal ? { evidence: 'valid', paper: result } : { evidence: 'invalid', paper: null };
  } catch (error) {
    if (isProtocolError(error)) return { evidence: 'invalid', paper: null };
    throw error;
  }
}
