// What else may stand in a journal's folder, and numbers at their limits: each has its code, and none hangs or ends the process.
import { execFileSync } from 'node:child_process';
import { mkdir, open, readdir, readFile, rm, symlink, truncate, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { decodeCursor, encodeCursor } from '../../../agent/journal/cursor-record.ts';
import { GroupCommit } from '../../../agent/journal/group-commit.ts';
import { toJournalError } from '../../../agent/journal/journal-error.ts';
import { openJournal } from '../../../agent/journal/open-journal.ts';
import { quarantined } from '../../../agent/journal/quarantine.ts';
import { noTag, segmentName } from '../../../agent/journal/segment-format.ts';
import { nodeStorage, type Storage } from '../../../agent/journal/storage.ts';
import { withDevice } from '../../crash/device.ts';
import { deviceTest } from '../../crash/device-test.ts';
import { refusalOf, refusedWith } from '../../refusal.ts';
import { body, failWith, smallJournal, withFolder, withJournal } from './journal-rig.ts';

test('a segment that was lengthened to 2 GiB is journal/altered, at each start, and its quarantine has a digest', () =>
  withFolder(async folder => {
    await withJournal(smallJournal(folder), journal => journal.append(body(1)));
    await truncate(join(folder, segmentName(1)), 2 ** 31);
    await refusedWith('journal/altered', () => openJournal(smallJournal(folder)));
    await refusedWith('journal/quarantined', () => openJournal(smallJournal(folder)));
    assert.is((await quarantined(nodeStorage, folder))?.evidence.length, 32);
  }));

test('a quarantine with a pipe in it has a digest', () =>
  withFolder(async folder => {
    await mkdir(`${folder}.quarantine`);
    execFileSync('mkfifo', [join(`${folder}.quarantine`, segmentName(1))]);
    assert.is((await quarantined(nodeStorage, folder))?.evidence.length, 32);
  }));

test('an empty quarantine folder is no journal that waits, and takes the next one', () =>
  withFolder(async folder => {
    await mkdir(`${folder}.quarantine`, { recursive: true });
    await withJournal(smallJournal(folder), journal => journal.append(body(1)));
    assert.is(await quarantined(nodeStorage, folder), undefined);
    const path = join(folder, segmentName(1));
    const bytes = await readFile(path);
    bytes[5000]! ^= 1;
    await writeFile(path, bytes);
    await refusedWith('journal/altered', () => openJournal(smallJournal(folder)));
    await refusedWith('journal/quarantined', () => openJournal(smallJournal(folder)));
  }));

test('pipes, folders and links with a spare’s name are left alone, and no spare gets their name', () =>
  withFolder(async folder => {
    await mkdir(folder);
    execFileSync('mkfifo', [join(folder, 'spare-1')]);
    await mkdir(join(folder, 'spare-2'));
    await mkdir(join(folder, 'spare-3.new'));
    await symlink('/dev/zero', join(folder, 'spare-4'));
    await withJournal(smallJournal(folder), async journal => {
      for (let n = 1; n <= 40; n++) await journal.append(body(n));
      assert.is((await journal.health()).failure, undefined);
    });
    const names = await readdir(folder);
    for (const name of ['spare-1', 'spare-2', 'spare-3.new', 'spare-4'])
      assert.ok(names.includes(name), name);
  }));

for (const [system, code] of [
  ['EIO', 'journal/io'],
  ['EROFS', 'journal/readOnly'],
  ['EACCES', 'journal/denied'],
  ['EMFILE', 'journal/tooManyFiles'],
  ['ENFILE', 'journal/tooManyFiles'],
  ['ENOTDIR', 'journal/wrongType'],
  ['EISDIR', 'journal/wrongType'],
  ['ENOSPC', 'journal/full'],
  ['EDQUOT', 'journal/full'],
] as const)
  test(`${system} is ${code} with its path, wherever it meets a journal that opens`, () =>
    withFolder(async folder => {
      await withJournal(smallJournal(folder), journal => journal.append(body(1)));
      for (const call of ['open', 'openPastCache', 'list', 'flushFolder', 'space'] as const) {
        const storage: Storage = { ...nodeStorage, [call]: async () => failWith(system) };
        const error = await refusalOf(openJournal(smallJournal(folder, { storage })));
        assert.is(error.code, code, call);
        assert.is(error.detail.system, system, call);
        assert.match(String(error.detail.path), dirname(folder));
      }
      await withJournal(smallJournal(folder), async journal => assert.is(journal.last.seq, 1));
    }));

test('a file in the place of the folder is journal/wrongType', () =>
  withFolder(async folder => {
    await writeFile(folder, 'no folder');
    await refusedWith('journal/wrongType', () => openJournal(smallJournal(folder)));
    await rm(folder);
    await writeFile(`${folder}.quarantine`, 'no folder');
    await refusedWith('journal/wrongType', () => openJournal(smallJournal(folder)));
  }));

test('ENOSPC names what there is no more of: space, inodes, quota', async () => {
  assert.is(toJournalError({ code: 'EDQUOT' }).detail.limit, 'quota');
  for (const [freeInodes, limit] of [
    [0, 'inodes'],
    [1, 'space'],
    [undefined, 'space'],
  ] as const)
    await withFolder(async folder => {
      const space = async () => ({ blockBytes: 4096, freeBytes: 0, freeInodes });
      const storage: Storage = { ...nodeStorage, space, create: async () => failWith('ENOSPC') };
      await withJournal(smallJournal(folder, { storage }), async journal => {
        const { failure } = await refusalOf(journal.append(body(1))).then(failure => ({ failure }));
        assert.equal([failure.code, failure.detail.limit], ['journal/full', limit]);
      });
    });
});

deviceTest('on an ext4 without a free inode a new journal is journal/full, of inodes, with the path', () =>
  withDevice({ megabytes: 8, inodes: 16 }, async mountPoint => {
    for (let n = 0; ; n++) {
      const made = await open(join(mountPoint, `file-${n}`), 'w').catch(
        (error: NodeJS.ErrnoException) => error,
      );
      if (made instanceof Error) {
        assert.is(made.code, 'ENOSPC');
        break;
      }
      await made.close();
    }
    const folder = join(mountPoint, 'ledger');
    const refusal = await refusalOf(openJournal(smallJournal(folder)));
    assert.equal([refusal.code, refusal.detail.limit], ['journal/full', 'inodes']);
    assert.match(String(refusal.detail.path), mountPoint);
    for (let n = 0; n < 5; n++) await rm(join(mountPoint, `file-${n}`));
    await withJournal(smallJournal(folder), journal => journal.append(body(1)));
  }),
);

for (const blockBytes of [1024, 2048])
  deviceTest(
    `an ext4 with blocks of ${blockBytes} is refused, because a power cut there takes what it promised`,
    () =>
      withDevice({ megabytes: 8, blockBytes }, async mountPoint => {
        const refusal = await refusalOf(openJournal(smallJournal(join(mountPoint, 'ledger'))));
        assert.equal([refusal.code, refusal.detail.bytes], ['journal/blockSize', blockBytes]);
      }),
  );

for (const generation of [1, 2 ** 32 - 1, 2 ** 32, Number.MAX_SAFE_INTEGER])
  test(`a hub of generation ${generation} is remembered`, () =>
    withFolder(async folder => {
      const cursor = { seq: 7, tag: Buffer.alloc(16, 9), generation, oldestSegment: 3 };
      assert.equal(decodeCursor(encodeCursor(cursor)), cursor);
      await withJournal(smallJournal(folder), async journal => {
        for (let n = 1; n <= 3; n++) await journal.append(body(n));
        assert.ok(await journal.acknowledge({ ...journal.last, generation }));
        for (let n = 4; n <= 30; n++) await journal.append(body(n));
      });
      await withJournal(smallJournal(folder), async journal => {
        assert.is(journal.acknowledged.generation, generation);
        assert.is(journal.last.seq, 30);
      });
    }));

test('an older form of the cursor is read as it was', () => {
  assert.is(encodeCursor({ seq: 0, tag: noTag, generation: 1, oldestSegment: 1 }).length, 36);
});

test('more records at once than a commit can count are shared out among commits', async () => {
  const groups: number[] = [];
  const commits = new GroupCommit<number, number>(
    async items => {
      groups.push(items.length);
      return items;
    },
    () => 0,
    { items: 3, sum: 100 },
  );
  const done = await Promise.all(Array.from({ length: 8 }, (_, i) => commits.add(i)));
  assert.equal(
    [done, groups],
    [
      [0, 1, 2, 3, 4, 5, 6, 7],
      [3, 3, 2],
    ],
  );
});

test('70,000 records of no bytes at once are taken', () =>
  withFolder(async folder => {
    const options = smallJournal(folder, {
      segmentBytes: 2 << 20,
      budgetBytes: 16 << 20,
      reserveSegments: 1,
    });
    await withJournal(options, async journal => {
      await Promise.all(Array.from({ length: 70_000 }, () => journal.append(Buffer.alloc(0))));
      assert.is(journal.last.seq, 70_000);
    });
    await withJournal(options, async journal => assert.is(journal.last.seq, 70_000));
  }));

test('a segment size that no reader takes is refused', () =>
  withFolder(async folder => {
    for (const segmentBytes of [32 << 10, (64 << 10) + 1, 32 << 20])
      await refusalOf(openJournal(smallJournal(folder, { segmentBytes })), RangeError);
  }));

test.run();
