// Every way of tampering, with its code, on a journal of three segments.

import { execFileSync } from 'node:child_process';
import { createSecretKey } from 'node:crypto';
import { cp, mkdir, readFile, rename, rm, symlink, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { TamperCode } from '../../../agent/journal/journal-error.ts';
import type { JournalOptions } from '../../../agent/journal/journal-options.ts';
import { segmentName } from '../../../agent/journal/segment-format.ts';
import { body, smallJournal, withJournal } from './journal-rig.ts';

export const block = 4096;
/** Header and first commit of a segment. */
export const beginning = 2 * block;

/** 40 lone commits: three segments, the youngest cut off by a crash and not closed. */
export async function fortyRecords(folder: string, more = {}): Promise<void> {
  await withJournal(smallJournal(folder, more), async journal => {
    for (let n = 1; n <= 40; n++) await journal.append(body(n));
  });
}

export async function edit(folder: string, segment: number, change: (bytes: Buffer) => unknown) {
  const path = join(folder, segmentName(segment));
  const bytes = await readFile(path);
  change(bytes);
  await writeFile(path, bytes);
}

const blockAt = (bytes: Buffer, n: number) =>
  bytes.subarray(beginning + n * block, beginning + (n + 1) * block);
/** The commits at the end, each of a block. */
const lastCommits = (bytes: Buffer, count: number): Buffer[] =>
  Array.from({ length: count }, (_, i) => {
    const end = endOf(bytes) - i * block;
    return bytes.subarray(end - block, end);
  });
const swap = (a: Buffer, b: Buffer) => {
  const kept = Buffer.from(a);
  b.copy(a);
  kept.copy(b);
};
const flip = (bytes: Buffer, at: number) => {
  bytes[at]! ^= 1;
};

const otherKey = createSecretKey(Buffer.alloc(32, 9));

/** Tampers with the journal of `fortyRecords` in this folder. */
export type Change = (folder: string) => Promise<void>;
export const ways: readonly [what: string, code: TamperCode, change: Change][] = [
  ['a bit of a record', 'journal/altered', f => edit(f, 1, bytes => flip(bytes, beginning + 3 * block + 99))],
  ['a bit of the youngest segment', 'journal/altered', f => edit(f, 3, bytes => flip(bytes, beginning + 99))],
  ['a bit of the padding', 'journal/altered', f => edit(f, 2, bytes => flip(bytes, beginning + 4000))],
  ['a bit of a header', 'journal/altered', f => edit(f, 3, bytes => flip(bytes, 70))],
  ['a bit behind a header', 'journal/altered', f => edit(f, 1, bytes => flip(bytes, 4000))],
  ['a bit of a checkpoint', 'journal/altered', f => edit(f, 3, bytes => flip(bytes, block + 100))],
  ['blanked block', 'journal/cut', f => edit(f, 2, bytes => blockAt(bytes, 4).fill(0))],
  [
    'blanked end of an older segment',
    'journal/cut',
    f => edit(f, 1, bytes => bytes.fill(0, beginning + 9 * block)),
  ],
  ['shortened segment', 'journal/cut', f => truncate(join(f, segmentName(1)), 5 * block)],
  [
    'block taken out, the rest moved up',
    'journal/cut',
    f => edit(f, 3, bytes => bytes.copyWithin(beginning, beginning + block)),
  ],
  ['segment taken out', 'journal/cut', f => rm(join(f, segmentName(2)))],
  ['oldest segment taken out', 'journal/cut', f => rm(join(f, segmentName(1)))],
  [
    'two commits swapped',
    'journal/reordered',
    f => edit(f, 2, bytes => swap(blockAt(bytes, 2), blockAt(bytes, 5))),
  ],
  [
    'two segments swapped',
    'journal/reordered',
    async f => {
      await rename(join(f, segmentName(1)), join(f, 'aside'));
      await rename(join(f, segmentName(2)), join(f, segmentName(1)));
      await rename(join(f, 'aside'), join(f, segmentName(2)));
    },
  ],
  [
    'a commit written again at the end',
    'journal/duplicated',
    f =>
      edit(f, 3, bytes => {
        const last = endOf(bytes);
        bytes.copy(bytes, last, beginning, beginning + block);
      }),
  ],
  [
    'a bit of each of the last eight commits',
    'journal/altered',
    f => edit(f, 3, bytes => lastCommits(bytes, 8).map(commit => flip(commit, 99))),
  ],
  [
    'a bit of the padding of each of the last two commits',
    'journal/altered',
    f => edit(f, 3, bytes => lastCommits(bytes, 2).map(commit => flip(commit, 4000))),
  ],
  ['a segment that was lengthened', 'journal/altered', f => truncate(join(f, segmentName(2)), 17 * block)],
  [
    'a pipe in the place of a segment',
    'journal/altered',
    async f => {
      await rm(join(f, segmentName(2)));
      execFileSync('mkfifo', [join(f, segmentName(2))]);
    },
  ],
  [
    'a folder in the place of a segment',
    'journal/altered',
    async f => {
      await rm(join(f, segmentName(2)));
      await mkdir(join(f, segmentName(2)));
    },
  ],
  [
    'a link in the place of a segment',
    'journal/altered',
    async f => {
      await rename(join(f, segmentName(2)), join(f, '..', 'elsewhere'));
      await symlink(join(f, '..', 'elsewhere'), join(f, segmentName(2)));
    },
  ],
  [
    'a bit of a segment that is no longer needed',
    'journal/altered',
    async f => {
      await cp(join(f, segmentName(1)), join(f, '..', 'aside'));
      await withJournal(smallJournal(f), async journal => {
        await journal.acknowledge({ ...journal.last, generation: 1 });
        await journal.append(body(41));
      });
      await rename(join(f, '..', 'aside'), join(f, segmentName(1)));
      await edit(f, 1, bytes => flip(bytes, beginning + 3 * block + 99));
    },
  ],
  [
    'a copy of a segment as the youngest',
    'journal/duplicated',
    f => cp(join(f, segmentName(2)), join(f, segmentName(4))),
  ],
  ['a segment of another terminal', 'journal/foreignTerminal', mixIn({ terminal: 'shop-2' })],
  ['a segment of another log', 'journal/foreignLog', mixIn({ log: 'telemetry' })],
  ['a segment of another epoch', 'journal/foreignEpoch', mixIn({ epoch: 2 })],
  ['a segment of another key', 'journal/foreignKey', mixIn({ dataKeys: [otherKey] })],
];

/** Puts a segment of a journal with these options in the place of the second one. */
function mixIn(more: Partial<JournalOptions>): Change {
  return async folder => {
    await fortyRecords(`${folder}-other`, more);
    await cp(join(`${folder}-other`, segmentName(2)), join(folder, segmentName(2)));
  };
}

/** Where the first block that is all zero begins. */
export function endOf(bytes: Buffer): number {
  for (let at = block; at < bytes.length; at += block)
    if (bytes.subarray(at, at + block).every(byte => byte === 0)) return at;
  return bytes.length;
}
