// The verdict on a journal in which nothing is wrong, and what that verdict can't say. Pure.
import { inUseLine, tailLine } from './inspect-lines.ts';
import type { ReadJournal } from './read-journal.ts';
import type { Snapshot } from './snapshot.ts';
import type { SeenSegment } from './structure.ts';

export function soundLines(
  { inUse }: Snapshot,
  { owner, segments, cursor, last, tail }: ReadJournal,
): string[] {
  const from = segments[0] ? `entries ${segments[0].firstSeq} to ${last.seq}` : 'no entry';
  return [
    `Sound: ${segments.length} segments of epoch ${owner.epoch}, ${from}; every commit opens and carries the chain on.`,
    tailLine(tail),
    ...(inUse ? [inUseLine] : []),
    `It can’t show that the whole folder is an older copy, or that its end was cut off cleanly: compare with the hub’s ledger. Here the hub acknowledged up to entry ${cursor.seq}.`,
  ];
}

export const seemsSoundLines = ({ inUse }: Snapshot, segments: readonly SeenSegment[]): string[] => [
  `Nothing is wrong in the structure: ${segments.length} segments, ${segments.reduce((sum, { commits }) => sum + commits, 0)} commits.`,
  ...(inUse ? [inUseLine] : []),
  'Without the key it can’t show: whether the content of a commit was altered, or written by somebody else; whether segments were taken from the oldest end; what the hub acknowledged; whether damage to the youngest commits is a torn write.',
];
