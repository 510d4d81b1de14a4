// Reads a journal without its key: the headers and the chain of tags, which are not encrypted. It finds what was cut, moved
// or copied, and what was altered in a header or a tag. It finds no other alteration, and not who sealed it.
import { type CommitFrame, frameAt, seemsToBegin } from '../../agent/journal/commit-format.ts';
import type { TamperCode } from '../../agent/journal/journal-error.ts';
import {
  blockBytes,
  type LogName,
  type SegmentEnd,
  type SegmentHeader,
  segmentName,
} from '../../agent/journal/segment-format.ts';
import { headersOf, namedOwner, type Snapshot } from './snapshot.ts';

/** A place that is not as an agent writes it. `offset`: in bytes from the file's beginning. */
export interface Fault {
  code: TamperCode;
  file: string;
  offset?: number;
}

export interface SeenSegment {
  file: string;
  header: SegmentHeader;
  commits: number;
  /** Bytes up to which its chain of tags reaches. */
  end: number;
  /** Bytes of the file. */
  size: number;
}

/** The first fault of each segment. `log`: which log it has to be. */
export function structureOf(
  snapshot: Snapshot,
  log: LogName,
): { segments: readonly SeenSegment[]; faults: readonly Fault[] } {
  const headers = headersOf(snapshot);
  const owner = namedOwner(snapshot);
  const ends = new Map([...headers.values()].map(({ previous }) => [previous.segment, previous]));
  const segments: SeenSegment[] = [];
  const faults: Fault[] = [];
  for (const [file, bytes] of snapshot.segments) {
    const header = headers.get(file);
    if (!header) {
      const isCut = bytes.length < blockBytes && !snapshot.noFiles.has(file);
      faults.push({ code: isCut ? 'journal/cut' : 'journal/altered', file, offset: 0 });
      continue;
    }
    const foreign = foreignTo({ ...owner, log }, header) ?? misnamed(file, header, headers);
    const chain = chainOf(bytes, header, ends.get(header.number));
    segments.push({ file, header, ...chain, size: bytes.length });
    const isLonger = bytes.length > header.size;
    const code = foreign ?? chain.code ?? (isLonger ? 'journal/altered' : undefined);
    if (code) faults.push({ code, file, ...(!foreign && { offset: chain.end }) });
  }
  return { segments, faults: [...faults, ...missing(headers)] };
}

function foreignTo(
  owner: { log: LogName; terminal?: string; epoch?: number },
  { log, terminal, epoch }: SegmentHeader,
): TamperCode | undefined {
  if (log !== owner.log) return 'journal/foreignLog';
  if (terminal !== owner.terminal) return 'journal/foreignTerminal';
  return epoch === owner.epoch ? undefined : 'journal/foreignEpoch';
}

function misnamed(
  file: string,
  { number }: SegmentHeader,
  headers: ReadonlyMap<string, SegmentHeader>,
): TamperCode | undefined {
  if (segmentName(number) === file) return undefined;
  return headers.get(segmentName(number))?.number === number ? 'journal/duplicated' : 'journal/reordered';
}

/** Segments that are gone between others. The oldest ones may be given up; the sealed cursor says which. */
function missing(headers: ReadonlyMap<string, SegmentHeader>): Fault[] {
  const oldest = Math.min(...[...headers.values()].map(({ number }) => number));
  return [...headers.values()]
    .map(({ previous }) => previous.segment)
    .filter(number => number > oldest && !headers.has(segmentName(number)))
    .map(number => ({ code: 'journal/cut', file: segmentName(number) }));
}

/** `end`: where this segment ends by its successor's header; undefined for the youngest. */
function chainOf(
  bytes: Buffer,
  header: SegmentHeader,
  end: SegmentEnd | undefined,
): { commits: number; end: number; code?: TamperCode } {
  const reach = end ? Math.min(end.end, bytes.length) : bytes.length;
  const { firstSeq } = header;
  let next = { counter: 0, minSeq: firstSeq, maxSeq: firstSeq, tag: header.previous.tag };
  const tags = new Set<string>();
  let at = blockBytes;
  for (let frame = frameAt(bytes, at); frame && at < reach; frame = frameAt(bytes, at)) {
    const { first, count, tag } = frame;
    const fits = first.seq >= next.minSeq && first.seq <= next.maxSeq && first.tag.equals(next.tag);
    if (!fits || first.counter !== next.counter) break;
    next = { counter: next.counter + 1, minSeq: first.seq, maxSeq: first.seq + count, tag };
    tags.add(tag.toString('hex'));
    at += frame.bytes;
  }
  const chain = { commits: next.counter, end: at };
  // a recycled file may hold commits of its previous segment: their numbers are below this segment's first entry
  const isOurs = ({ first, tag }: CommitFrame) => first.seq > firstSeq || tags.has(tag.toString('hex'));
  const behind = framesFrom(bytes.subarray(0, reach), at).filter(isOurs);
  if (end && at === end.end) return next.tag.equals(end.tag) ? chain : { ...chain, code: 'journal/altered' };
  const isSound = behind.length === 0 && !isLaterBegun(bytes.subarray(0, reach), at, next);
  if (!end && next.counter > 0 && isSound) return chain;
  return { ...chain, code: offence(bytes, at, next.counter, behind) };
}

/** As the agent judges it (segment-chain.ts), as far as the numbers are known without the key. */
function isLaterBegun(bytes: Buffer, from: number, next: { counter: number; maxSeq: number }): boolean {
  for (let at = from; at < bytes.length; at += blockBytes) {
    const first = seemsToBegin(bytes, at);
    if (first && first.counter > next.counter && first.seq > next.maxSeq) return true;
  }
  return false;
}

function offence(bytes: Buffer, at: number, expected: number, behind: readonly CommitFrame[]): TamperCode {
  const here = frameAt(bytes, at)?.first.counter;
  if (here !== undefined && here < expected) return 'journal/duplicated';
  const blank = bytes.subarray(at, at + blockBytes).every(byte => byte === 0);
  if (here === undefined || here === expected) return blank ? 'journal/cut' : 'journal/altered';
  return behind.some(({ first }) => first.counter === expected) ? 'journal/reordered' : 'journal/cut';
}

function framesFrom(bytes: Buffer, from: number): CommitFrame[] {
  const frames: CommitFrame[] = [];
  for (let at = from; at < bytes.length; at += blockBytes) {
    const frame = frameAt(bytes, at);
    if (frame) frames.push(frame);
  }
  return frames;
}
