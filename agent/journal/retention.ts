// Which segments the journal may give up. Pure.

interface Measured {
  number: number;
  firstSeq: number;
  size: number;
}

/**
 * Number of the oldest segment to keep. One may go when every entry in it is below `firstNeeded`, and only as long as
 * more than `keepBytes` are in use. The youngest always stays.
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
