import { readdir } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Position } from '../../../agent/journal/entry.ts';
import type { Journal } from '../../../agent/journal/journal.ts';
import { openJournal } from '../../../agent/journal/open-journal.ts';
import { nodeStorage, type Storage } from '../../../agent/journal/storage.ts';
import { settle } from '../../manual-clock.ts';
import { refusedWith } from '../../refusal.ts';
import {
  body,
  dataKey,
  failWith,
  numberOf,
  segmentsIn,
  smallJournal,
  type Watched,
  watchedStorage,
  withFolder,
  withJournal,
} from './journal-rig.ts';

/** A spare in the making is recognised by its name; a segment is opened while it is still a spare. */
const isSegment = (path: string) => !path.endsWith('.new');

/** Fails the next call that `which` names, once. */
function failOnce(storage: Watched, which: 'write' | 'flush', how: (bytes: number) => number | undefined) {
  storage.fault = (call, path, bytes) => {
    if (call !== which || !isSegment(path)) return undefined;
    storage.fault = () => undefined;
    return how(bytes);
  };
}

async function allThere(journal: Journal, upTo: number): Promise<void> {
  const entries = await journal.read(0, { limit: 10_000 });
  assert.equal(
    entries.map(entry => numberOf(entry.body)),
    Array.from({ length: upTo }, (_, i) => i + 1),
  );
}

for (const [what, call, how] of [
  ['a failed flush', 'flush', () => failWith('EIO')],
  ['a failed write', 'write', () => failWith('EIO')],
  ['a short write', 'write', (bytes: number) => bytes - 512],
] as const)
  test(`${what} costs a segment and no record`, () =>
    withFolder(async folder => {
      const storage = watchedStorage();
      const options = smallJournal(folder, { storage });
      await withJournal(options, async journal => {
        for (let n = 1; n <= 5; n++) await journal.append(body(n));
        failOnce(storage, call, how);
        await Promise.all([journal.append(body(6)), journal.append(body(7))]);
        await journal.append(body(8));
        assert.is((await segmentsIn(folder)).length, 2);
        await allThere(journal, 8);
      });
      await withJournal(options, journal => allThere(journal, 8));
    }));

test('a disk that reports writes that it did not do is found out at the next start', () =>
  withFolder(async folder => {
    const storage = watchedStorage();
    const options = smallJournal(folder, { storage });
    await withJournal(options, async journal => {
      await journal.append(body(1));
      storage.lies = true;
      failOnce(storage, 'write', bytes => bytes - 4000);
      await journal.append(body(2));
      await journal.append(body(3));
    });
    await refusedWith('journal/altered', () => openJournal(options));
  }));

test('appends to a disk that takes nothing are rejected, `health` says why, and the disk is used again when it recovers', () =>
  withFolder(async folder => {
    const storage = watchedStorage();
    const options = smallJournal(folder, { storage });
    await withJournal(options, async journal => {
      await journal.append(body(1));
      storage.fault = call => (call === 'flush' ? failWith('EIO') : undefined);
      await refusedWith('journal/io', () => journal.append(body(2)));
      assert.is((await journal.health()).failure?.code, 'journal/io');
      storage.fault = () => undefined;
      assert.is((await journal.health()).failure, undefined);
      assert.is((await journal.append(body(2))).seq, 2);
      await allThere(journal, 2);
    });
    await withJournal(options, journal => allThere(journal, 2));
  }));

test('on a full disk the reserve still takes records, then appends are refused, and nothing acknowledged is lost', () =>
  withFolder(async folder => {
    const storage = watchedStorage();
    const options = smallJournal(folder, { storage, reserveSegments: 2 });
    await withJournal(options, async journal => {
      let n = 0;
      await journal.append(body(++n));
      assert.not.ok((await journal.health()).reserveReached);
      storage.fault = call => (call === 'create' ? failWith('ENOSPC') : undefined);
      while (!(await journal.health()).reserveReached) await journal.append(body(++n));
      const atReserve = n;
      await journal.append(body(++n));
      try {
        for (;;) {
          await journal.append(body(n + 1));
          n++;
        }
      } catch (error) {
        assert.is((error as { code: string }).code, 'journal/full');
      }
      assert.ok(n > atReserve + 10, `${n} after ${atReserve}`);
      await allThere(journal, n);
      storage.fault = () => undefined;
      await journal.append(body(++n));
      assert.not.ok((await journal.health()).reserveReached);
      await allThere(journal, n);
    });
  }));

test('the budget holds, and an acknowledgement makes room again', () =>
  withFolder(async folder => {
    const options = smallJournal(folder, { budgetBytes: 6 * (64 << 10) });
    await withJournal(options, async journal => {
      let n = 0;
      while (!(await journal.health()).reserveReached) await journal.append(body(++n));
      assert.ok((await journal.health()).usedBytes <= options.budgetBytes!);
      await journal.acknowledge({ ...journal.last, generation: 1 });
      assert.not.ok((await journal.health()).reserveReached);
      await journal.append(body(++n));
      assert.ok((await journal.health()).usedBytes <= options.budgetBytes!);
    });
  }));

test('an acknowledgement that could not be written makes room when it comes again', () =>
  withFolder(async folder => {
    const storage = watchedStorage();
    const options = smallJournal(folder, { storage, budgetBytes: 6 * (64 << 10) });
    await withJournal(options, async journal => {
      const fill = async () => {
        for (;;) await journal.append(body(1, 4000));
      };
      await refusedWith('journal/full', fill);
      storage.fault = () => failWith('EIO');
      await refusedWith('journal/io', () => journal.acknowledge({ ...journal.last, generation: 1 }));
      storage.fault = () => undefined;
      await journal.acknowledge({ ...journal.last, generation: 1 });
      await journal.append(body(2));
      assert.not.ok((await journal.health()).reserveReached);
    });
  }));

test('the folder is flushed before a spare that a killed agent left is taken', () =>
  withFolder(async folder => {
    await withJournal(smallJournal(folder), journal => journal.append(body(1)));
    const calls: string[] = [];
    const storage: Storage = {
      ...nodeStorage,
      list: async path => {
        if (path === folder) calls.push('list');
        return nodeStorage.list(path);
      },
      flushFolder: async path => {
        if (path === folder) calls.push('flush');
        return nodeStorage.flushFolder(path);
      },
    };
    await withJournal(smallJournal(folder, { storage }), async () => undefined);
    assert.is(calls[0], 'flush', calls.join(' '));
  }));

test('a key that cannot be read leaves no file behind', () =>
  withFolder(async folder => {
    let isThere = false;
    const sealingKey = async () => (isThere ? dataKey : failWith('EIO'));
    await withJournal(smallJournal(folder, { sealingKey }), async journal => {
      for (let n = 1; n <= 20; n++) await refusedWith('journal/io', () => journal.append(body(n)));
      assert.equal((await readdir(folder)).sort(), ['lock', 'spare-1', 'spare-2']);
      isThere = true;
      await journal.append(body(1));
    });
  }));

test('a journal that closes first finishes a cursor that it began to save, while it still holds the lock', () =>
  withFolder(async folder => {
    const [asked, answers] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const storage: Storage = {
      ...nodeStorage,
      openToRead: async path => {
        asked.resolve();
        await answers.promise;
        return nodeStorage.openToRead(path);
      },
    };
    const journal = await openJournal(smallJournal(folder, { storage }));
    const positions: Position[] = [];
    for (let n = 1; n <= 60; n++) positions.push(await journal.append(body(n, 4000)));
    const acknowledged = journal.acknowledge({ ...positions[40]!, generation: 1 });
    await asked.promise; // it looks its tag up
    const closing = journal.close();
    await settle();
    answers.resolve();
    await closing;
    const names = await segmentsIn(folder);
    await acknowledged;
    await sleep(100); // that nothing more happens can only be waited for
    assert.equal(await segmentsIn(folder), names);
    await withJournal(smallJournal(folder), async again => assert.is(again.acknowledged.seq, 41));
  }));

test.run();
