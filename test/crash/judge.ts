// Compares a journal after a power cut with what it had promised before. Pure.
import type { Entry } from '../../agent/journal/entry.ts';
import { type History, numberOf } from './history.ts';

/** What a journal held when it was opened. */
export interface Found {
  /** Everything that the hub has not acknowledged. */
  entries: readonly Entry[];
  last: number;
  /** Sequence number of the hub's cursor. */
  cursor: number;
  /** Up to where the checkpoint reaches; 0 where there is none. */
  checkpoint: number;
  /** Sequence numbers behind the checkpoint. */
  behindCheckpoint: readonly number[];
}

export interface Verdict {
  /** Records that were acknowledged, and are not there. */
  lost: number;
  /** Records at another place or with other bytes than they were given with; a state that does not follow from them. */
  altered: number;
  /** Records, or a cursor, that had not been given yet. */
  invented: number;
}

/** `point`: operations of the device that came before the power cut. */
export function judge(history: History, point: number, found: Found): Verdict {
  const { entries, cursor, last } = found;
  const verdict: Verdict = { lost: 0, altered: 0, invented: 0 };
  const bySeq = new Map(entries.map(entry => [entry.seq, entry]));
  for (const { body, done } of history.given.values()) {
    if (!done || done.at > point || done.seq <= cursor) continue;
    const entry = bySeq.get(done.seq);
    if (!entry) verdict.lost++;
    else if (!entry.body.equals(body)) verdict.altered++;
  }
  let before = 0;
  for (const [i, { seq, body }] of entries.entries()) {
    const number = numberOf(body);
    const given = history.given.get(number);
    if (!given || given.at > point) verdict.invented++;
    else if (!given.body.equals(body) || seq !== cursor + 1 + i || number <= before) verdict.altered++;
    before = number;
  }
  if (last !== (entries.at(-1)?.seq ?? cursor)) verdict.altered++;
  if (!foldHolds(found)) verdict.altered++;
  // an older cursor than the reported one is no loss: the hub sends it again
  if (cursor > Math.max(0, ...history.cursors.filter(({ at }) => at <= point).map(({ seq }) => seq)))
    verdict.invented++;
  return verdict;
}

/** The checkpoint and every entry behind it make the state: none is missing in between, none counts twice. */
const foldHolds = ({ checkpoint, behindCheckpoint, last }: Found): boolean =>
  checkpoint + behindCheckpoint.length === last &&
  behindCheckpoint.every((seq, i) => seq === checkpoint + 1 + i);
