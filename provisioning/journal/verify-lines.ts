// The verdict on a journal, as lines for a person: what is wrong, where, and what to do; or that nothing is wrong, and what
// this verdict can't show. Pure.
import { type JournalErrorCode, journalCodes } from '../../agent/journal/journal-error.ts';
import { inUseLine, tailLine } from './inspect-lines.ts';
import type { ReadJournal } from './read-journal.ts';
import type { Snapshot } from './snapshot.ts';
import type { Fault, SeenSegment } from './structure.ts';

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

/** Empty where there are no faults. */
export function faultLines(faults: readonly Fault[]): string[] {
  if (faults.length === 0) return [];
  return [
    ...faults.map(({ code, file, offset }) => {
      const place = offset === undefined ? file : `${file} at offset ${offset}`;
      return `TAMPERED  ${code}  ${place}: ${journalCodes[code][0]}`;
    }),
    ...new Set(faults.map(({ code }) => `What to do: ${journalCodes[code][1]}.`)),
    'Leave the folder as it is, it is the evidence; work on a copy. What still opens: madoguchi journal export --salvage.',
  ];
}

/** Empty for a journal that was not set aside. */
export const reasonLines = (reason: JournalErrorCode | undefined): string[] =>
  reason === undefined ? [] : [`SET ASIDE  ${reason}: ${journalCodes[reason][0]}`];
