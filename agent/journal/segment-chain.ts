// Follows the chain of commits in one segment. Distinguishes a torn last write from a part that was changed, cut, moved or copied.
import { type ChainPlace, openCommit, type SealedRecord, seemsToBegin } from './commit-format.ts';
import { JournalError, type TamperCode } from './journal-error.ts';
import type { SegmentSeal } from './seal.ts';
import { blockBytes, type SegmentHeader } from './segment-format.ts';

export interface SegmentChain {
  records: SealedRecord[];
  /** Where the next commit would begin, in bytes from the segment's beginning. */
  end: number;
  /** Tag of the last commit. */
  tag: Buffer;
}

/**
 * All records of the segment in `bytes`, in order. `end`: where the segment ended, by its successor's header. Without it this
 * is the youngest segment, and its last write may be torn. What lies after the last whole commit was never acknowledged then,
 * because only one commit is under way at a time.
 * Errors: journal/altered, journal/cut, journal/reordered, journal/duplicated with detail.segment and detail.offset.
 */
export function followChain(
  bytes: Buffer,
  header: SegmentHeader,
  seal: SegmentSeal,
  end?: { end: number; tag: Buffer },
): SegmentChain {
  const refuse = (code: TamperCode, offset: number): never => {
    throw new JournalError(code, { segment: header.number, offset });
  };
  if (end && bytes.length < end.end) refuse('journal/cut', bytes.length);
  const segment = end ? bytes.subarray(0, end.end) : bytes;
  const records: SealedRecord[] = [];
  let at = blockBytes;
  let next: ChainPlace = { counter: 0, seq: header.firstSeq, tag: header.previous.tag };
  while (at < segment.length) {
    const commit = openCommit(segment, at, seal);
    if (!commit || !isNext(commit.first, next)) break;
    for (const record of commit.records) records.push(record);
    next = commit.next;
    at += commit.bytes;
  }
  const offence = offenceAt(segment, at, seal, next);
  if (offence) refuse(offence, at);
  // A segment gets its name only after its first commit is durable. It ends where its successor's header says.
  if (records.length === 0) refuse('journal/altered', at);
  if (end && (at !== end.end || !next.tag.equals(end.tag)))
    refuse(isBlank(segment, at) ? 'journal/cut' : 'journal/altered', at);
  return { records, end: at, tag: next.tag };
}

const isNext = (first: ChainPlace, { counter, seq, tag }: ChainPlace): boolean =>
  first.counter === counter && first.seq === seq && first.tag.equals(tag);

/** What was done to the segment whose chain ends at `at`; undefined where no commit comes after. */
function offenceAt(segment: Buffer, at: number, seal: SegmentSeal, next: ChainPlace): TamperCode | undefined {
  const expected = next.counter;
  const counters: number[] = [];
  for (let place = at; place < segment.length; place += blockBytes) {
    const counter = openCommit(segment, place, seal)?.first.counter;
    if (counter === undefined) continue;
    if (place === at && counter < expected) return 'journal/duplicated';
    counters.push(counter);
  }
  const offence = isBlank(segment, at) ? 'journal/cut' : 'journal/altered';
  if (counters.length === 0) return isLaterBegun(segment, at, next) ? offence : undefined;
  const here = openCommit(segment, at, seal);
  if (here) return counters.includes(expected, 1) ? 'journal/reordered' : 'journal/cut';
  return offence;
}

/**
 * Whether a later commit of this segment begins behind the place where the chain ends, though none opens. Only the last one can
 * have been interrupted, so they were damaged since. What the file held before it became this segment has lower numbers.
 */
function isLaterBegun(segment: Buffer, at: number, { counter, seq }: ChainPlace): boolean {
  for (let place = at; place < segment.length; place += blockBytes) {
    const first = seemsToBegin(segment, place);
    if (first && first.counter > counter && first.seq > seq) return true;
  }
  return false;
}

const isBlank = (segment: Buffer, at: number): boolean =>
  segment.subarray(at, at + blockBytes).every(byte => byte === 0);
