// A recorded device at one point after the other, and what a power cut there leaves on it.
import { type CrashState, type Fate, pendingFrom, sector } from './crash-states.ts';
import type { Recording } from './recording.ts';

const block = 4096;

/** A piece of a device that a state changes. */
export interface Piece {
  offset: number;
  data: Uint8Array;
}

/** The device at one point after the other. */
export class Replay {
  /** With everything that was flushed before the point. */
  readonly durable: Uint8Array;
  #recording: Recording;
  #from: number[];
  #applied = 0;
  #whole: ReadonlySet<number>;

  constructor(recording: Recording) {
    this.#recording = recording;
    this.durable = Uint8Array.from(recording.base);
    this.#from = pendingFrom(recording);
    this.#whole = headBlocks(recording.base);
  }

  /** Goes on to a point; never back. */
  advance(point: number): void {
    for (; this.#applied < this.#from[point]!; this.#applied++) {
      const { offset, data } = this.#recording.operations[this.#applied]!;
      if (data) this.durable.set(data, offset);
    }
  }

  /** What is there of the writes that were not flushed, in order. */
  pieces({ fates }: CrashState, random: () => number): Piece[] {
    return fates.flatMap(({ write, torn }) => {
      const { offset, data } = this.#recording.operations[write]!;
      return torn ? this.#tear(offset, data!, torn, random) : [{ offset, data: data! }];
    });
  }

  #tear(
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
    if (!this.#whole.has(interrupted)) return pieces;
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
 * Offsets of what ext4 must read before it can replay its journal: its superblock, the group descriptors behind it, the
 * block with the journal's inode, the journal's superblock. They are written in place, with a checksum; no ext4 of one
 * block group, as ours, mounts with one of them torn, and every one trusts that they are not.
 */
function headBlocks(base: Uint8Array): Set<number> {
  const view = new DataView(base.buffer, base.byteOffset, base.byteLength);
  if (view.getUint32(0) === 0x58465342) return new Set(); // XFSB: of an XFS nothing is torn here
  // s_log_block_size (kernel, Documentation/filesystems/ext4/super.rst); the superblock is at 1024, the descriptors in the next block
  const size = 1024 << view.getUint32(1024 + 24, true);
  const descriptors = size === 1024 ? 2048 : size;
  // inode 8 is in the first block of the inode table: bg_inode_table_lo of the first descriptor
  // (kernel, Documentation/filesystems/ext4/group_descr.rst)
  const inodeTable = view.getUint32(descriptors + 8, true) * size;
  const found = [0, descriptors, inodeTable];
  // jbd2: magic, then block type 4, superblock version 2 (kernel, Documentation/filesystems/ext4/journal.rst)
  for (let at = size; at < base.length; at += size)
    if (view.getUint32(at) === 0xc03b3998 && view.getUint32(at + 4) === 4) found.push(at);
  return new Set(found.map(at => Math.floor(at / block) * block));
}
