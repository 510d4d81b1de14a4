// Each way of tampering has its own code, moves the folder aside and keeps the journal shut; a torn write does not.

import { createSecretKey } from 'node:crypto';
import { cp, readdir, readFile, rename, rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { quarantined } from '../../../agent/journal/quarantine.ts';
import { openJournal } from '../../../agent/journal/sealed-journal.ts';
import { segmentName } from '../../../agent/journal/segment-format.ts';
import { nodeStorage } from '../../../agent/journal/storage.ts';
import { body, numberOf, refusedWith, segmentsIn, smallJournal, withFolder, withJournal } from './arrange.ts';

const block = 4096;
/** Header and first commit of a segment. */
const beginning = 2 * block;

/** 40 lone commits: three segments, the youngest cut off by a crash and not closed. */
async function fortyRecords(folder: string, more = {}): Promise<void> {
  await withJournal(smallJournal(folder, more), async journal => {
    for (let n = 1; n <= 40; n++) await journal.append(body(n));
  });
}

async function edit(folder: string, segment: number, change: (bytes: Buffer) => unknown) {
  const path = join(folder, segmentName(segment));
  const bytes = await readFile(path);
  change(bytes);
  await writeFile(path, bytes);
}

const blockAt = (bytes: Buffer, n: number) =>
  bytes.subarray(beginning + n * block, beginning + (n + 1) * block);
const swap = (a: Buffer, b: Buffer) => {
  const kept = Buffer.from(a);
  b.copy(a);
  kept.copy(b);
};
const flip = (bytes: Buffer, at: number) => {
  bytes[at]! ^= 1;
};

type Change = (folder: string) => Promise<void>;
const ways: [what: string, code: string, change: Change][] = [
  ['a bit of a record', 'journal/altered', f => edit(f, 1, bytes => flip(bytes, beginning + 3 * block + 99))],
  ['a bit of the youngest segment', 'journal/altered', f => edit(f, 3, bytes => flip(bytes, beginning + 99))],
  ['a bit of the padding', 'journal/altered', f => edit(f, 2, bytes => flip(bytes, beginning + 4000))],
  ['a bit of a header', 'journal/altered', f => edit(f, 3, bytes => flip(bytes, 70))],
  ['a bit behind a header', 'journal/altered', f => edit(f, 1, bytes => flip(bytes, 4000))],
  ['a bit of a checkpoint', 'journal/altered', f => edit(f, 3, bytes => flip(bytes, block + 120))],
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
    'a copy of a segment as the youngest',
    'journal/duplicated',
    f => cp(join(f, segmentName(2)), join(f, segmentName(4))),
  ],
];

/** Where the first block that is all zero begins. */
function endOf(bytes: Buffer): number {
  for (let at = block; at < bytes.length; at += block)
    if (bytes.subarray(at, at + block).every(byte => byte === 0)) return at;
  return bytes.length;
}

for (const [what, code, change] of ways)
  test(`${what} is ${code}`, () =>
    withFolder(async folder => {
      await fortyRecords(folder);
      assert.is((await segmentsIn(folder)).length, 3);
      await change(folder);
      const names = (await readdir(folder)).sort();
      await refusedWith(code, () => openJournal(smallJournal(folder)));
      assert.equal((await readdir(`${folder}.quarantine`)).sort(), [...names, 'reason.json'].sort());
      assert.is((await quarantined(nodeStorage, folder))?.code, code);
      await refusedWith('journal/quarantined', () => openJournal(smallJournal(folder)));
    }));

for (const [what, code, more] of [
  ['another terminal', 'journal/foreignTerminal', { terminal: 'shop-2' }],
  ['another log', 'journal/foreignLog', { log: 'telemetry' }],
  ['another epoch', 'journal/foreignEpoch', { epoch: 2 }],
  ['another key', 'journal/foreignKey', { dataKeys: [createSecretKey(Buffer.alloc(32, 9))] }],
] as const)
  test(`a segment of ${what} is ${code}`, () =>
    withFolder(async folder => {
      await fortyRecords(folder);
      await fortyRecords(`${folder}-other`, more);
      await cp(join(`${folder}-other`, segmentName(2)), join(folder, segmentName(2)));
      await refusedWith(code, () => openJournal(smallJournal(folder)));
      await refusedWith('journal/quarantined', () => openJournal(smallJournal(folder)));
    }));

test('a last commit torn at any sector, or left as garbage, costs that commit only', () =>
  withFolder(async folder => {
    await withJournal(smallJournal(folder), async journal => {
      for (let n = 1; n <= 5; n++) await journal.append(body(n));
      await Promise.all(Array.from({ length: 30 }, (_, i) => journal.append(body(6 + i))));
    });
    const whole = await readFile(join(folder, segmentName(1)));
    const closing = endOf(whole) - block;
    whole.fill(0, closing); // as if it had been killed, not closed
    const commit = beginning + 5 * block;
    const torn: Buffer[] = [];
    for (let at = commit; at < closing - 512; at += 512) {
      const zeroed = Buffer.from(whole);
      torn.push(zeroed.fill(0, at));
      torn.push(Buffer.from(whole).fill(0xa5, at, closing));
      torn.push(Buffer.from(whole).fill(0, at, at + 512));
    }
    const upTo35 = Array.from({ length: 35 }, (_, i) => i + 1);
    for (const bytes of torn) {
      await writeFile(join(folder, segmentName(1)), bytes);
      await withJournal(smallJournal(folder), async journal => {
        const numbers = (await journal.read(0, { limit: 99 })).map(entry => numberOf(entry.body));
        assert.equal(numbers, bytes.equals(whole) ? upTo35 : [1, 2, 3, 4, 5]);
      });
    }
  }));

test('after a torn write the journal goes on, and what was torn stays out', () =>
  withFolder(async folder => {
    await withJournal(smallJournal(folder), async journal => {
      for (let n = 1; n <= 9; n++) await journal.append(body(n));
    });
    await edit(
      folder,
      1,
      bytes =>
        void bytes.fill(0xa5, beginning + 7 * block, beginning + 8 * block).fill(0, beginning + 8 * block),
    );
    await withJournal(smallJournal(folder), async journal => {
      assert.is(journal.last.seq, 7);
      await journal.append(body(8));
    });
    await withJournal(smallJournal(folder), async journal => {
      const numbers = (await journal.read(0, { limit: 99 })).map(entry => numberOf(entry.body));
      assert.equal(numbers, [1, 2, 3, 4, 5, 6, 7, 8]);
    });
  }));

test.run();
