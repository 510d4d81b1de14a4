// timeout: 120 s
// A journal that is full to its last byte: by its budget, and on a small ext4 that gets full.
import { rm, statfs, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Journal } from '../../../agent/journal/journal.ts';
import { withDevice } from '../../crash/device.ts';
import { deviceTest } from '../../crash/device-test.ts';
import { refusedWith } from '../../refusal.ts';
import { body, holds, smallJournal, withFolder, withJournal } from './journal-rig.ts';

const segment = 64 << 10;

/** Appends until it is refused; the number of the last record that was taken. */
async function appendUntilFull(journal: Journal, bytes = 300): Promise<number> {
  for (let n = journal.last.seq + 1; ; n++)
    try {
      await journal.append(body(n, bytes));
    } catch (error) {
      assert.is((error as { code: string }).code, 'journal/full');
      return n - 1;
    }
}

test('a journal that used its whole budget still takes the acknowledgement that makes room again', () =>
  withFolder(folder =>
    withJournal(smallJournal(folder, { budgetBytes: 6 * segment }), async journal => {
      const n = await appendUntilFull(journal);
      await journal.acknowledge({ ...journal.last, generation: 1 });
      assert.not.ok((await journal.health()).reserveReached);
      assert.is((await journal.append(body(n + 1))).seq, n + 1);
    }),
  ));

test('acknowledgements that free nothing yet use up no room that the freeing one needs', () =>
  withFolder(folder =>
    withJournal(smallJournal(folder, { budgetBytes: 6 * segment }), async journal => {
      const n = await appendUntilFull(journal);
      for (let upTo = 1; ; upTo++) {
        const [entry] = await journal.read(upTo - 1, { limit: 1 });
        await journal.acknowledge({ ...entry!, generation: 1 });
        const taken = await journal.append(body(n + 1)).then(
          () => true,
          () => false,
        );
        if (taken) break;
        assert.is((await journal.health()).failure?.code, 'journal/full');
      }
      assert.is(journal.last.seq, n + 1);
    }),
  ));

test('a journal that is full, and opened again between acknowledgements, still gets room again', () =>
  withFolder(async folder => {
    const options = smallJournal(folder, { budgetBytes: 6 * segment });
    const n = await withJournal(options, appendUntilFull);
    for (let upTo = 1; upTo <= 4; upTo++)
      await withJournal(options, async journal => {
        const [entry] = await journal.read(upTo - 1, { limit: 1 });
        await journal.acknowledge({ ...entry!, generation: 1 });
      });
    await withJournal(options, async journal => {
      assert.is(journal.acknowledged.seq, 0, 'no room for what frees none: the hub says it again');
      await journal.acknowledge({ ...journal.last, generation: 1 });
      assert.is((await journal.append(body(n + 1))).seq, n + 1);
      const { usedBytes, budgetBytes } = await journal.health();
      assert.ok(usedBytes <= budgetBytes, `${usedBytes}`);
    });
  }));

/** Leaves `room` bytes of the journal's file system; the rest is in a file that can be removed. */
async function fillUp(journal: Journal, mountPoint: string, room: number): Promise<string> {
  await journal.health(); // the spare files are made: nothing else is written
  const filler = join(mountPoint, 'filler');
  const { bavail, bsize } = await statfs(mountPoint);
  await writeFile(filler, Buffer.alloc(bavail * bsize - room), { flush: true });
  return filler;
}

for (const [what, relieve] of [
  ['an acknowledgement', (journal: Journal) => journal.acknowledge({ ...journal.last, generation: 1 })],
  ['room on the disk', (_: Journal, filler: string) => rm(filler)],
] as const)
  deviceTest(
    `on a full ext4 it refuses with journal/full, keeps what it took, and goes on after ${what}`,
    () =>
      withDevice({ megabytes: 8 }, async mountPoint => {
        const options = smallJournal(join(mountPoint, 'ledger'), { budgetBytes: 64 << 20 });
        let [n, from] = [0, 1];
        await withJournal(options, async journal => {
          await journal.append(body(++n));
          const filler = await fillUp(journal, mountPoint, segment + (segment >> 1));
          n = await appendUntilFull(journal);
          assert.ok(n > 20, `${n}`);
          const { reserveReached, failure } = await journal.health();
          assert.equal(
            [reserveReached, failure?.code, failure?.detail.limit],
            [true, 'journal/full', 'space'],
          );
          assert.match(String(failure?.detail.path), /ledger/);
          await holds(journal, 1, n);
          await refusedWith('journal/full', () => journal.append(body(n + 1)));
          await relieve(journal, filler);
          from = journal.acknowledged.seq + 1;
          assert.is((await journal.health()).failure, undefined);
          assert.is((await journal.append(body(++n))).seq, n);
        });
        await withJournal(options, journal => holds(journal, from, n));
      }),
  );

deviceTest('a journal whose disk is full opens, says so, and holds everything', () =>
  withDevice({ megabytes: 8 }, async mountPoint => {
    const options = smallJournal(join(mountPoint, 'ledger'), { budgetBytes: 64 << 20 });
    let n = 0;
    await withJournal(options, async journal => {
      await journal.append(body(1));
      await fillUp(journal, mountPoint, segment >> 1);
      n = await appendUntilFull(journal);
    });
    await withJournal(options, async journal => {
      await holds(journal, 1, n);
      assert.ok((await journal.health()).reserveReached);
      await refusedWith('journal/full', () => journal.append(body(n + 1)));
      await holds(journal, 1, n);
    });
  }),
);

test.run();
