// Another process's memory as it is now: each page that is there, of the heap, the stacks, the libraries' data (proc(5):
// maps, pagemap, mem). A page that was never touched holds nothing, and a file's own page nothing that is new: both are left out.
import { closeSync, openSync, readFileSync, readSync } from 'node:fs';

export interface Piece {
  /** Name of the mapping: a file, [heap], [stack], or `anonymous`, with its rights. */
  mapping: string;
  /** Address of the first byte. */
  at: number;
  bytes: Buffer;
}

const pageBytes = 4096;
/** Largest piece; and by how much a piece reaches into the one before it, so that nothing is cut in two. */
const maxPiece = 32 << 20;
const overlap = 64 << 10;
const line = /^([0-9a-f]+)-([0-9a-f]+) (r\S+) \S+ \S+ \S+ *(.*)$/;

/** Pieces are views of one buffer: look at one before asking for the next. Errors: ENOENT, ESRCH where it is gone. */
export function* memoryOf(pid: number): Generator<Piece> {
  const maps = readFileSync(`/proc/${pid}/maps`, 'latin1').split('\n');
  const memory = openSync(`/proc/${pid}/mem`, 'r');
  const pagemap = openSync(`/proc/${pid}/pagemap`, 'r');
  const buffer = Buffer.allocUnsafeSlow(maxPiece);
  try {
    for (const text of maps) {
      const found = line.exec(text);
      if (!found || /\[v(var|dso|syscall)/.test(text)) continue;
      const [from, to] = [Number.parseInt(found[1]!, 16), Number.parseInt(found[2]!, 16)];
      const mapping = `${found[4] || 'anonymous'} ${found[3]}`;
      const shared = found[3]!.endsWith('s');
      for (const run of runsOf(pagemap, from, to, shared))
        for (let at = run.from; at < run.to; at += maxPiece - overlap) {
          const read = readAt(memory, buffer, at, Math.min(maxPiece, run.to - at));
          if (read > 0) yield { mapping, at, bytes: buffer.subarray(0, read) };
          if (at + maxPiece >= run.to) break;
        }
    }
  } finally {
    buffer.fill(0); // or the next search would find in this process what that one held
    closeSync(pagemap);
    closeSync(memory);
  }
}

/** Neighbouring pages that are in memory or in swap (bits 63 and 62) and are no file's own (bit 61: or shared memory). */
function* runsOf(
  pagemap: number,
  from: number,
  to: number,
  shared: boolean,
): Generator<{ from: number; to: number }> {
  const entries = Buffer.alloc(((to - from) / pageBytes) * 8);
  const read = readSync(pagemap, entries, 0, entries.length, (from / pageBytes) * 8);
  let start: number | undefined;
  for (let page = 0; page <= read / 8; page++) {
    const flags = page < read / 8 ? entries[page * 8 + 7]! >> 5 : 0;
    const ours = flags >= 0b010 && (shared || (flags & 1) === 0);
    if (ours) start ??= page;
    else if (start !== undefined) {
      yield { from: from + start * pageBytes, to: from + page * pageBytes };
      start = undefined;
    }
  }
}

/** 0 where the page went away meanwhile. */
function readAt(memory: number, buffer: Buffer, at: number, length: number): number {
  try {
    return readSync(memory, buffer, 0, length, at);
  } catch {
    return 0;
  }
}
