// What the segments of a snapshot say of themselves, and whose they are where nobody else says it.
import type { Owner } from '../../agent/journal/segment-files.ts';
import { decodeHeader, type SegmentHeader } from '../../agent/journal/segment-format.ts';
import type { Snapshot } from './snapshot.ts';

/** Headers by file name, without those that are no header. */
export function headersOf({ segments }: Snapshot): Map<string, SegmentHeader> {
  const headers = new Map<string, SegmentHeader>();
  for (const [name, bytes] of segments) {
    const header = decodeHeader(bytes);
    if (header) headers.set(name, header);
  }
  return headers;
}

/** Terminal and epoch that most segments name; of two with as many, the one of the older segments. */
export function namedOwner(snapshot: Snapshot): Pick<Owner, 'terminal' | 'epoch'> | undefined {
  const named = [...headersOf(snapshot).values()];
  const votes = ({ terminal, epoch }: SegmentHeader) =>
    named.filter(other => other.terminal === terminal && other.epoch === epoch).length;
  const most = Math.max(...named.map(votes));
  return named.find(header => votes(header) === most);
}
