import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Journal } from '../../../agent/journal/journal.ts';
import { openJournal } from '../../../agent/journal/sealed-journal.ts';
import {
  body,
  failWith,
  numberOf,
  refusedWith,
  segmentsIn,
  smallJournal,
  type Watched,
  watchedStorage,
  withFolder,
  withJournal,
} from './arrange.ts';

/** A spare in the making is told by its name; a segment is opened while it is still a spare. */
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

test('a disk that says it wrote what it did not is found out at the next start', () =>
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

test('a disk that takes nothing rejects, says so in its health, and is used again when it recovers', () =>
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

test.run();
