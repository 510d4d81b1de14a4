// Evidence that the agent has not received: of a print that it did not wait for, or of one that a gate's death cut off. It is
// kept beside the note of that print until the agent says that it has it.
import type { CommandEvent } from '../../commands/gate-door.ts';
import type { PrintResult } from '../../protocol/evidence.ts';
import type { Printed } from './job-end.ts';
import type { PrintNote } from './print-notes.ts';
import type { PrintParts } from './print-parts.ts';
import type { ResolvedPrints } from './resolved-prints.ts';

export interface SignedPrint {
  /** 32 hex digits. */
  transaction: string;
  result: PrintResult;
  evidence: Buffer;
}

/** Keeps what a print came to; undefined where none was begun, or it is not known yet: then the note stays as it is. */
export async function keepEvidence(
  notes: PrintParts['notes'],
  transaction: string,
  printed: Printed | undefined,
): Promise<void> {
  const note = printed && (await notes.find(transaction));
  if (!note) return;
  const { outcome, evidence } = printed;
  await notes.write({ ...note, signed: { result: outcome.result, evidence } });
}

/** The evidence for one of the notes; the printer is asked where none was signed yet, which takes at most `limitMs`. */
export async function evidenceFor(
  { transaction, signed, ...note }: PrintNote,
  resolved: ResolvedPrints,
  limitMs: number,
  listener: (event: CommandEvent) => void,
): Promise<SignedPrint> {
  if (signed) return { transaction, ...signed };
  const { outcome, evidence } = await resolved.of({ transaction, ...note }, limitMs, listener);
  return { transaction, result: outcome.result, evidence };
}
