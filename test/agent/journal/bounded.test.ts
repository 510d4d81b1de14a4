// A log that may lose its oldest entries: it never refuses one, and says how many went.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { body, numberOf, refusedWith, smallJournal, withFolder, withJournal } from './arrange.ts';

const bounded = (folder: string) =>
  smallJournal(folder, { log: 'telemetry', whenFull: 'dropOldest', budgetBytes: 6 * (64 << 10) });

test('the oldest go, counted, the budget holds, and what is left is whole, now and after a restart', () =>
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

test('what the hub has already is not counted as dropped', () =>
  withFolder(folder =>
    withJournal(bounded(folder), async journal => {
      for (let n = 1; n <= 200; n++) {
        const { seq, tag } = await journal.append(body(n, 4000));
        await journal.acknowledge({ seq, tag, generation: 1 });
      }
      assert.is((await journal.health()).dropped, 0);
    }),
  ));

test('an acknowledgement of what was dropped is passed over', () =>
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

test.run();
