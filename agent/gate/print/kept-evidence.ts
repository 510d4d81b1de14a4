// Evidence that the agent has not received: of a print that the agent did not wait for, or that the gate's death interrupted.
// It is kept with the note of that print until the agent reports that it has it.
import type { CommandEvent, SignedPrint } from '../../commands/gate-door.ts';
import type { Printed } from './job-end.ts';
import type { PrintNote } from './print-notes.ts';
import type { PrintParts } from './print-parts.ts';
import type { ResolvedPrints } from './resolved-prints.ts';

/** Writes the evidence of a print into its note. `printed` is undefined where no print was begun or its end is not known yet: then the note stays as it is. */
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

/** The evidence for one note. Where none was signed yet, the printer is asked, for at most `limitMs`. */
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
