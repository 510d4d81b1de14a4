// A journal as lines for a person. Pure.
import { type SegmentHeader, segmentName } from '../../agent/journal/segment-format.ts';
import { readCheckpoint } from '../../agent/transaction/checkpoint.ts';
import { shownText, tableLines } from '../command-line/table.ts';
import { readKnown } from './entry.ts';
import type { ReadJournal, ReadSegment } from './read-journal.ts';
import type { Snapshot } from './snapshot.ts';
import type { SeenSegment } from './structure.ts';

/** Of a sound journal that was opened with its key. */
export const inspectLines = (snapshot: Snapshot, journal: ReadJournal): string[] => [
  ...titleLines(snapshot, journal.segments[0]?.header),
  ...segmentLines(journal.segments.map(rowOfRead)),
  ...cursorLines(journal),
  ...checkpointLines(journal),
  tailLine(journal.tail),
  ...spareLines(snapshot),
  ...journal.leftovers.map(number => `No longer needed: ${segmentName(number)}`),
];

/** Of what shows without a key. */
export const structureLines = (snapshot: Snapshot, segments: readonly SeenSegment[]): string[] => [
  ...titleLines(snapshot, segments[0]?.header),
  ...segmentLines(segments.map(rowOfSeen)),
  ...spareLines(snapshot),
  'The hub’s cursor, open transactions and how it ended show only with the key.',
];

function titleLines({ folder, inUse }: Snapshot, header: SegmentHeader | undefined): string[] {
  const whose = header
    ? `${header.log} log of ${shownText(header.terminal)}, epoch ${header.epoch}`
    : 'empty';
  return [`${folder}: ${whose}`, ...(inUse ? [inUseLine] : [])];
}

export const inUseLine = 'An agent has it open: the youngest commit may have been on its way.';

interface Row {
  file: string;
  header: SegmentHeader;
  entries: string;
  commits: number;
  end: number;
  size: number;
}

const rowOfRead = (segment: ReadSegment): Row => ({
  ...segment,
  file: segmentName(segment.number),
  entries: segment.lastSeq < segment.firstSeq ? 'none' : `${segment.firstSeq} to ${segment.lastSeq}`,
  commits: new Set(segment.records.map(({ tag }) => tag.toString('hex'))).size,
});

const rowOfSeen = (segment: SeenSegment): Row => ({ ...segment, entries: `${segment.header.firstSeq} on` });

function segmentLines(rows: readonly Row[]): string[] {
  if (rows.length === 0) return ['No segment: nothing was written yet, or all of it was taken away.'];
  const head = ['file', 'number', 'log', 'terminal', 'epoch', 'entries', 'commits', 'used', 'of bytes'];
  const cells = rows.map(({ file, header, entries, commits, end, size }) => [
    ...[file, String(header.number), header.log, header.terminal, String(header.epoch)],
    ...[entries, String(commits), String(end), String(size), header.keyId.toString('hex')],
    previousOf(header),
  ]);
  return tableLines([[...head, 'key id', 'follows'], ...cells]);
}

const previousOf = ({ previous: { segment, end } }: SegmentHeader): string =>
  segment === 0 ? 'none' : `${segment} up to ${end}`;

function cursorLines({ cursor, last }: ReadJournal): string[] {
  const { seq, generation, oldestSegment } = cursor;
  const hub = generation === 0 ? 'nothing yet' : `up to entry ${seq}, generation ${generation}`;
  return [
    `Acknowledged by the hub: ${hub}. Not yet: ${last.seq - seq} entries.`,
    `Kept: from segment ${oldestSegment} on.`,
  ];
}

function checkpointLines({ owner, checkpoint }: ReadJournal): string[] {
  if (!checkpoint || owner.log !== 'ledger') return [];
  const title = 'Transactions open when the youngest segment began:';
  const open = readKnown(() => readCheckpoint(checkpoint));
  if (open.refused !== undefined) return [`${title} not known, another version wrote it (${open.refused})`];
  return [
    `${title} ${open.value.length || 'none'}`,
    ...open.value.map(
      ({ transaction, since, events }) => `  ${transaction}, since entry ${since}, ${events.length} steps`,
    ),
  ];
}

const tails: Record<ReadJournal['tail'], string> = {
  closed: 'End: clean, the agent was stopped.',
  open: 'End: not closed; the agent runs, was killed, or lost power. A write that was under way then never counted.',
  torn: 'End: a torn write lies behind the last commit. It was never acknowledged, and is no tampering.',
  nothing: 'End: nothing was written yet.',
};
export const tailLine = (tail: ReadJournal['tail']): string => tails[tail];

const spareLines = ({ spares }: Snapshot): string[] => [
  `Spare files: ${spares.length}, ${spares.reduce((sum, size) => sum + size, 0)} bytes.`,
];
