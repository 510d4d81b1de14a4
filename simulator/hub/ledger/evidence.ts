// Verifies the gate's signed evidence: only a signature of this terminal's gate is valid.
import type { CoseKey } from '../../../agent/protocol/cose-key.ts';
import { isProtocolError } from '../../../agent/protocol/error.ts';
import { readEvidence } from '../../../agent/protocol/evidence.ts';

/** `absent`: there is no evidence. `invalid`: another key signed it, or it is of another transaction or terminal. */
export type EvidenceState = 'absent' | 'valid' | 'invalid';

export interface EvidenceVerdict {
  evidence: EvidenceState;
  /** The result in valid evidence: printed, notPrinted, unknown. Otherwise null. */
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
