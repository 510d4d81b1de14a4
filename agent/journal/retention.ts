// Which segments the journal may give up. Pure.

interface Measured {
  number: number;
  firstSeq: number;
  size: number;
}

/**
 * Number of the oldest segment to keep. A segment may go when all its entries are below `firstNeeded`, and only while more
 * than `keepBytes` are in use. The youngest always stays.
 */
export function oldestKept(segments: readonly Measured[], firstNeeded: number, keepBytes: number): number {
  let used = segments.reduce((sum, segment) => sum + segment.size, 0);
  for (const [i, segment] of segments.entries()) {
    const next = segments[i + 1];
    if (!next || next.firstSeq > firstNeeded || used <= keepBytes) return segment.number;
    used -= segment.size;
  }
  return 1;
}

interface Counted extends Measured {
  lastSeq: number;
}

/**
 * Drops segments, the oldest first, until `tooMuch` bytes are free or one segment is left. Returns the number of the oldest
 * that stays, and how many entries are lost that the hub lacks. `cursor`: the hub's. Segments below its `oldestSegment` were
 * dropped before, though their files are still there: their entries are not counted again.
 */
export function toDrop(
  segments: readonly Counted[],
  tooMuch: number,
  cursor: { seq: number; oldestSegment: number },
): { oldestSegment: number; entries: number } {
  let { oldestSegment } = cursor;
  let entries = 0;
  let left = tooMuch;
  for (let nth = 0; nth + 1 < segments.length && left > 0; nth++) {
    const { number, size, firstSeq, lastSeq } = segments[nth]!;
    left -= size;
    if (number < oldestSegment) continue;
    entries += Math.max(0, lastSeq - Math.max(cursor.seq, firstSeq - 1));
    oldestSegment = segments[nth + 1]!.number;
  }
  return { oldestSegment, entries };
}
