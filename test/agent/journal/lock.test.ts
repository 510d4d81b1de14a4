// One writer only, by whichever path a journal is reached and whatever becomes of its lock; and nothing is written once it closed.
import { mkdir, rm, symlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { lockFolder } from '../../../agent/journal/folder-lock.ts';
import type { Journal } from '../../../agent/journal/journal.ts';
import { openJournal } from '../../../agent/journal/open-journal.ts';
import { nodeStorage, type Storage } from '../../../agent/journal/storage.ts';
import { withDevice } from '../../crash/device.ts';
import { deviceTest } from '../../crash/device-test.ts';
import { refusedWith } from '../../refusal.ts';
import { body, failWith, numberOf, smallJournal, withFolder, withJournal } from './journal-rig.ts';

const numbersIn = async (journal: Journal): Promise<number[]> =>
  (await journal.read(0, { limit: 9999 })).map(entry => numberOf(entry.body));
const upTo = (last: number): number[] => Array.from({ length: last }, (_, i) => i + 1);

async function removeLocks(folder: string): Promise<void> {
  await rm(`${folder}.lock`);
  await rm(join(folder, 'lock'));
}

test('a symbolic link to the folder leads to the same lock, and so does each lock file alone', () =>
  withFolder(async folder => {
    const link = join(dirname(folder), 'link');
    await withJournal(smallJournal(folder), async journal => {
      await journal.append(body(1));
      await symlink(folder, link);
      await refusedWith('journal/inUse', () => openJournal(smallJournal(link)));
      await rm(`${folder}.lock`);
      await refusedWith('journal/inUse', () => openJournal(smallJournal(folder)));
      await journal.append(body(2));
    });
    await withJournal(smallJournal(link), async journal => assert.equal(await numbersIn(journal), [1, 2]));
  }));

deviceTest('a bind mount of the folder leads to the same lock', () =>
  withDevice({ megabytes: 8 }, async (mountPoint, device) => {
    const [folder, bound] = [join(mountPoint, 'ledger'), join(mountPoint, 'bound')];
    await withJournal(smallJournal(folder), async journal => {
      await journal.append(body(1));
      await mkdir(bound);
      await device.run(`mount --bind ${folder} ${bound}`);
      await refusedWith('journal/inUse', () => openJournal(smallJournal(bound)));
      await journal.append(body(2));
    });
  }),
);

for (const [what, records] of [
  ['in the segment that is open', 3],
  ['in a segment that begins', 14],
] as const)
  test(`two that got in, because the lock was removed: the first acknowledges nothing more, ${what}`, () =>
    withFolder(async folder => {
      const first = await openJournal(smallJournal(folder));
      for (let n = 1; n <= records; n++) await first.append(body(n));
      await removeLocks(folder);
      await withJournal(smallJournal(folder), async second => {
        assert.equal(await numbersIn(second), upTo(records));
        await refusedWith('journal/lockLost', () => first.append(body(900)));
        await second.append(body(records + 1));
        await refusedWith('journal/lockLost', () => first.append(body(901)));
        assert.is((await first.health()).failure?.code, 'journal/lockLost');
        await first.close();
        for (let n = records + 2; n <= records + 40; n++) await second.append(body(n));
      });
      await withJournal(smallJournal(folder), async journal =>
        assert.equal(await numbersIn(journal), upTo(records + 40)),
      );
    }));

test('a commit that was on its way when the lock was lost is not acknowledged, and harms nothing', () =>
  withFolder(async folder => {
    const onItsWay = Promise.withResolvers<void>();
    const mayEnd = Promise.withResolvers<void>();
    let isSlow = false;
    const storage: Storage = {
      ...nodeStorage,
      openDurable: async path => {
        const file = await nodeStorage.openDurable(path);
        return {
          ...{ size: () => file.size(), close: () => file.close(), truncate: size => file.truncate(size) },
          ...{ read: (at, length) => file.read(at, length), flush: () => file.flush() },
          write: async (bytes, at) => {
            if (isSlow) {
              onItsWay.resolve();
              await mayEnd.promise;
            }
            return file.write(bytes, at);
          },
        };
      },
    };
    const first = await openJournal(smallJournal(folder, { storage }));
    for (let n = 1; n <= 3; n++) await first.append(body(n));
    isSlow = true;
    const late = first.append(body(900));
    await onItsWay.promise;
    await removeLocks(folder);
    await withJournal(smallJournal(folder), async second => {
      await second.append(body(4));
      mayEnd.resolve();
      await refusedWith('journal/lockLost', late);
      await second.append(body(5));
      await first.close();
    });
    await withJournal(smallJournal(folder), async journal => assert.equal(await numbersIn(journal), upTo(5)));
  }));

test('a retry that is under way when the journal closes begins no segment: the next opener has its own', () =>
  withFolder(async folder => {
    const inRetry = Promise.withResolvers<void>();
    const mayGoOn = Promise.withResolvers<void>();
    let [fails, isSlow] = [false, false];
    const storage: Storage = {
      ...nodeStorage,
      openDurable: async path => (fails ? failWith('EIO') : nodeStorage.openDurable(path)),
      create: async path => {
        if (isSlow) {
          inRetry.resolve();
          await mayGoOn.promise;
        }
        return fails ? failWith('EIO') : nodeStorage.create(path);
      },
    };
    const first = await openJournal(smallJournal(folder, { storage }));
    for (let n = 1; n <= 3; n++) await first.append(body(n));
    await first.health();
    fails = true;
    for (let n = 4; n <= 14; n++) await first.append(body(n)); // the segment is full
    await refusedWith('journal/io', () => first.append(body(900)));
    isSlow = true;
    const retry = first.health();
    await inRetry.promise;
    const closing = first.close();
    fails = false;
    isSlow = false;
    mayGoOn.resolve();
    await closing;
    const { seq } = await withJournal(smallJournal(folder), async second => {
      const last = await second.append(body(77));
      await retry.catch(() => undefined);
      await refusedWith('journal/closed', () => first.append(body(901)));
      return last;
    });
    await withJournal(smallJournal(folder), async journal => {
      assert.is(journal.last.seq, seq);
      assert.is((await numbersIn(journal)).at(-1), 77);
    });
  }));

test('a lock that cannot be made says why', () =>
  withFolder(async folder => {
    await refusedWith('journal/io', () => lockFolder(join(folder, 'not', 'there')));
  }));

test.run();
