// A log that may drop its oldest entries: it never refuses a new one, and counts what it dropped.
import { cp } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { nodeStorage, type Storage } from '../../../agent/journal/storage.ts';
import { refusedWith } from '../../refusal.ts';
import { body, numberOf, smallJournal, withFolder, withJournal } from './journal-rig.ts';

const bounded = (folder: string) =>
  smallJournal(folder, { log: 'telemetry', whenFull: 'dropOldest', budgetBytes: 6 * (64 << 10) });

test('the oldest entries are dropped and counted, the budget holds, and the rest is whole, now and after a restart', () =>
  withFolder(async folder => {
    const options = bounded(folder);
    await withJournal(options, async journal => {
      for (let n = 1; n <= 2000; n += 20)
        await Promise.all(Array.from({ length: 20 }, (_, i) => journal.append(body(n + i))));
      const { dropped, usedBytes } = await journal.health();
      assert.ok(dropped > 500, `${dropped} dropped`);
      assert.ok(usedBytes <= options.budgetBytes!, `${usedBytes} bytes`);
      assert.is(journal.oldest, dropped + 1);
      await refusedWith('journal/recycled', () => journal.read(0, { limit: 1 }));
    });
    await withJournal(options, async journal => {
      const left = await journal.read(journal.oldest - 1, { limit: 5000 });
      assert.equal(
        left.map(entry => numberOf(entry.body)),
        left.map((_, i) => journal.oldest + i),
      );
      assert.is(left.at(-1)!.seq, 2000);
    });
  }));

test('entries that the hub has are not counted as dropped', () =>
  withFolder(folder =>
    withJournal(bounded(folder), async journal => {
      for (let n = 1; n <= 200; n++) {
        const { seq, tag } = await journal.append(body(n, 4000));
        await journal.acknowledge({ seq, tag, generation: 1 });
      }
      assert.is((await journal.health()).dropped, 0);
    }),
  ));

test('an acknowledgement of a dropped entry is ignored', () =>
  withFolder(folder =>
    withJournal(bounded(folder), async journal => {
      const first = await journal.append(body(1));
      for (let n = 2; n <= 2000; n += 20)
        await Promise.all(Array.from({ length: 20 }, (_, i) => journal.append(body(n + i))));
      assert.ok(journal.oldest > 2);
      await journal.acknowledge({ ...first, generation: 1 });
      assert.is(journal.acknowledged.seq, 0);
      await journal.acknowledge({ ...journal.last, generation: 1 });
      assert.is(journal.acknowledged.seq, journal.last.seq);
    }),
  ));

test('segments that were truncated at starts do not keep a long run from dropping the oldest', () =>
  withFolder(async folder => {
    const options = { ...bounded(folder), reserveSegments: 1 };
    for (const n of [1, 2, 3]) await withJournal(options, journal => journal.append(body(n)));
    await withJournal(options, async journal => {
      for (let n = 1; n <= 2000; n += 20)
        await Promise.all(Array.from({ length: 20 }, (_, i) => journal.append(body(n + i))));
      assert.ok((await journal.health()).usedBytes <= options.budgetBytes!);
    });
  }));

/** Each look at a closed segment, and each beginning of a new one, takes its time. */
const slowStorage = (waits: { readMs: number; beginMs: number }): Storage => ({
  ...nodeStorage,
  openToRead: async path => {
    await sleep(waits.readMs);
    return nodeStorage.openToRead(path);
  },
  openDurable: async path => {
    await sleep(waits.beginMs);
    return nodeStorage.openDurable(path);
  },
});

test('an acknowledgement that is compared while the oldest are dropped does not bring them back', () =>
  withFolder(async folder => {
    const waits = { readMs: 0, beginMs: 0 };
    const options = { ...bounded(folder), reserveSegments: 1 };
    await withJournal({ ...options, storage: slowStorage(waits) }, async journal => {
      const group = () => Promise.all(Array.from({ length: 14 }, () => journal.append(body(1, 1000))));
      const roll = async () => {
        for (const before = journal.oldest; journal.oldest === before; ) await group();
      };
      await roll();
      for (let more = 0; more < 2; more++) await group(); // it holds three: the next one drops the oldest again
      const before = journal.oldest;
      const [entry] = await journal.read(before + 3, { limit: 1 });
      for (const after of [100, 150]) await journal.read(before + after, { limit: 1 }); // out of the reader's hand
      Object.assign(waits, { readMs: 20, beginMs: 60 });
      await Promise.all([journal.acknowledge({ ...entry!, generation: 1 }), group()]);
      Object.assign(waits, { readMs: 0, beginMs: 0 });
      assert.ok(journal.oldest > before);
      await journal.append(body(2)); // the cursor goes along, and then the power
      await cp(folder, `${folder}-cut`, { recursive: true });
    });
    await withJournal({ ...options, folder: `${folder}-cut` }, async ({ oldest }) => assert.ok(oldest > 1));
  }));

test.run();
