// The states in which a power cut can leave a device: un-flushed writes kept, dropped or torn, at every point.
import type { Recording } from './recording.ts';

const sector = 512;
const block = 4096;

/** What became of a write that was not flushed. One that is not named was dropped. */
export interface Fate {
  /** Its place in the recording. */
  write: number;
  /** Whole where absent. */
  torn?: {
    /** Sectors, from its beginning, up to which it came; or, with `backwards`, from which on. */
    sectors: number;
    backwards: boolean;
    /** Fills the 4 KiB block that was being written. */
    garbage: boolean;
  };
}

export interface CrashState {
  /** How many operations were before it. */
  point: number;
  fates: readonly Fate[];
}

/** Places of the writes that are not flushed at each point: from `pendingFrom[point]` on. */
export function pendingFrom({ operations }: Recording): number[] {
  const from = [0];
  for (const [i, { data }] of operations.entries()) from.push(data ? from[i]! : i + 1);
  return from;
}

/**
 * `count` different states or fewer, by rising point. Each point gets one before any gets two: first its youngest write
 * torn, then all dropped, then all kept, then by chance.
 */
export function planStates(recording: Recording, count: number, random: () => number): CrashState[] {
  const from = pendingFrom(recording);
  const states = new Map<string, CrashState>();
  let points = from.map((_, point) => point);
  for (let round = 0; states.size < count && points.length > 0; round++) {
    for (const point of shuffled(points, random)) {
      if (states.size >= count) break;
      const fates = fatesOf(recording, from[point]!, point, round, random);
      // the later of two that are the same on the disk is the stricter one: more was acknowledged by then
      const key = `${from[point]} ${JSON.stringify(fates)}`;
      const other = states.get(key);
      if (!other || other.point < point) states.set(key, { point, fates });
    }
    if (round > 20) break;
    points = points.filter(point => from[point]! < point);
  }
  return [...states.values()].sort((one, other) => one.point - other.point);
}

function fatesOf(
  { operations }: Recording,
  first: number,
  point: number,
  round: number,
  random: () => number,
): Fate[] {
  if (round === 1) return [];
  const fates: Fate[] = [];
  for (let write = first; write < point; write++) {
    const sectors = operations[write]!.data!.length / sector;
    const tear = (): Fate['torn'] => ({
      sectors: Math.floor(random() * sectors),
      backwards: random() < 0.3,
      garbage: random() < 0.5,
    });
    const chance = random();
    if (round === 0 && write === point - 1) fates.push({ write, torn: tear() });
    else if (round === 2 || chance < 0.4) fates.push({ write });
    else if (chance < 0.7) fates.push({ write, torn: tear() });
  }
  return fates;
}

function shuffled<T>(items: readonly T[], random: () => number): T[] {
  const mixed = [...items];
  for (let i = mixed.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    [mixed[i], mixed[j]] = [mixed[j]!, mixed[i]!];
  }
  return mixed;
}

/** A piece of a device that a state changes. */
export interface Piece {
  offset: number;
  data: Uint8Array;
}

/** The device at one point after the other. */
export class Replay {
  /** With everything that was flushed before the point. */
  readonly durable: Uint8Array;
  private recording: Recording;
  private from: number[];
  private applied = 0;
  private whole: ReadonlySet<number>;

  constructor(recording: Recording) {
    this.recording = recording;
    this.durable = Uint8Array.from(recording.base);
    this.from = pendingFrom(recording);
    this.whole = superblocks(recording.base);
  }

  /** Goes on to a point; never back. */
  advance(point: number): void {
    for (; this.applied < this.from[point]!; this.applied++) {
      const { offset, data } = this.recording.operations[this.applied]!;
      if (data) this.durable.set(data, offset);
    }
  }

  /** What is there of the writes that were not flushed, in order. */
  pieces({ fates }: CrashState, random: () => number): Piece[] {
    return fates.flatMap(({ write, torn }) => {
      const { offset, data } = this.recording.operations[write]!;
      return torn ? this.tear(offset, data!, torn, random) : [{ offset, data: data! }];
    });
  }

  private tear(
    offset: number,
    data: Uint8Array,
    { sectors, backwards, garbage }: Fate['torn'] & object,
    random: () => number,
  ): Piece[] {
    const cut = sectors * sector;
    const interrupted = Math.floor((offset + cut) / block) * block;
    const [from, to] = backwards ? [cut, data.length] : [0, cut];
    const pieces = [{ offset: offset + from, data: data.subarray(from, to) }];
    if (garbage) pieces.push({ offset: interrupted, data: noise(random) });
    if (!this.whole.has(interrupted)) return pieces;
    // a block that is never torn: what came before or after it
    const [start, end] = backwards ? [interrupted + block, offset + data.length] : [offset, interrupted];
    return start < end ? [{ offset: start, data: data.subarray(start - offset, end - offset) }] : [];
  }
}

function noise(random: () => number): Uint8Array {
  const words = new Uint32Array(block / 4);
  for (let i = 0; i < words.length; i++) words[i] = random() * 2 ** 32;
  return new Uint8Array(words.buffer);
}

/**
 * Offsets of ext4's and its journal's superblock. They are written in place, with a checksum and no spare: no ext4
 * outlives a torn one, and every one trusts that they are not torn (1 KiB in one block).
 */
function superblocks(base: Uint8Array): Set<number> {
  const view = new DataView(base.buffer, base.byteOffset, base.byteLength);
  const found = new Set([0]);
  // jbd2: magic, then block type 4, superblock version 2 (kernel, Documentation/filesystems/ext4/journal.rst)
  for (let at = block; at < base.length; at += block)
    if (view.getUint32(at) === 0xc03b3998 && view.getUint32(at + 4) === 4) found.add(at);
  return found;
}
