// What a terminal has been told of its ledger records.
import type { Rig } from './rig.ts';

/**
 * In its present run the terminal has asked for the hub's cursor or sent records, and the broker has passed on to it that the hub has all
 * that was ever sent. What comes to the terminal after this, it reads after it.
 */
export function allAcknowledged(rig: Rig): boolean {
  const { batches, acknowledgements } = rig.seen;
  const own = batches.filter(({ line }) => line.name === rig.terminal);
  const asked = own.findLast(({ line }) => rig.isOfRun(line));
  if (!asked) return false;
  const last = Math.max(0, ...own.flatMap(({ records }) => records.map(({ seq }) => seq)));
  const told = acknowledgements.findLast(({ session }) => session.equals(asked.session));
  return told !== undefined && told.upto >= last;
}
