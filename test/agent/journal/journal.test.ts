import { createSecretKey } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Entry } from '../../../agent/journal/entry.ts';
import { openJournal } from '../../../agent/journal/open-journal.ts';
import { refusedWith } from '../../refusal.ts';
import {
  body,
  dataKey,
  numberOf,
  segmentsIn,
  smallJournal,
  watchedStorage,
  withFolder,
  withJournal,
} from './journal-rig.ts';

const many = async (journal: { append(body: Buffer): Promise<unknown> }, from: number, to: number) => {
  for (let n = from; n <= to; n += 10)
    await Promise.all(
      Array.from({ length: Math.min(10, to - n + 1) }, (_, i) => journal.append(body(n + i))),
    );
};
const numbers = (entries: readonly Entry[]) => entries.map(entry => numberOf(entry.body));
const upTo = (n: number, from = 1) => Array.from({ length: n - from + 1 }, (_, i) => from + i);

test('what was appended is read again in order, now and after a restart', () =>
  withFolder(async folder => {
    const options = smallJournal(folder);
    const before = await withJournal(options, async journal => {
      await many(journal, 1, 500);
      assert.equal(numbers(await journal.read(0, { limit: 1000 })), upTo(500));
      assert.equal(numbers(await journal.read(123, { limit: 2 })), [124, 125]);
      return journal.last;
    });
    assert.is(before.seq, 500);
    assert.ok((await segmentsIn(folder)).length > 2);
    await withJournal(options, async journal => {
      assert.equal(journal.last, before);
      const entries = await journal.read(0, { limit: 1000 });
      assert.equal(numbers(entries), upTo(500));
      assert.equal(entries.at(-1)!.tag, before.tag);
      assert.is((await journal.append(body(501))).seq, 501);
    });
  }));

test('many readers of closed segments at once each get what they asked for', () =>
  withFolder(folder =>
    withJournal(smallJournal(folder), async journal => {
      await many(journal, 1, 2000);
      assert.ok((await segmentsIn(folder)).length > 6);
      const after = upTo(39, 0).map(n => n * 50);
      const reads = await Promise.all(after.map(seq => journal.read(seq, { limit: 50 })));
      for (const [nth, entries] of reads.entries())
        assert.equal(numbers(entries), upTo(after[nth]! + 50, after[nth]! + 1));
    }),
  ));

test('a restart gives the youngest checkpoint and all entries after it, each once', () =>
  withFolder(async folder => {
    const seen: number[] = [];
    const options = smallJournal(folder, { checkpoint: () => ({ body: Buffer.from(seen.join(' ')) }) });
    await withJournal(options, async journal => {
      journal.onAppend(entry => seen.push(numberOf(entry.body)));
      await many(journal, 1, 400);
    });
    await withJournal(options, async ({ recovered }) => {
      const checkpoint = recovered.checkpoint!.toString().split(' ').map(Number);
      assert.ok(checkpoint.length > 50 && recovered.entries.length > 0);
      assert.equal([...checkpoint, ...numbers(recovered.entries)], upTo(400));
    });
  }));

test('appends of one turn share flushes', () =>
  withFolder(async folder => {
    const storage = watchedStorage();
    await withJournal(smallJournal(folder, { storage }), async journal => {
      await journal.append(body(0));
      await journal.health(); // the reserve is full again: its flushes are done
      const before = storage.flushes;
      await Promise.all(upTo(32).map(n => journal.append(body(n))));
      assert.is(storage.flushes - before, 1);
      for (const n of upTo(5)) await journal.append(body(n));
      assert.is(storage.flushes - before, 6);
    });
  }));

test('an acknowledgement survives a restart, and one that is older changes nothing', () =>
  withFolder(async folder => {
    const options = smallJournal(folder);
    const tags = await withJournal(options, async journal => {
      await many(journal, 1, 100);
      const tags = (await journal.read(0, { limit: 100 })).map(entry => entry.tag);
      await journal.acknowledge({ seq: 40, tag: tags[39]!, generation: 1 });
      await journal.acknowledge({ seq: 30, tag: tags[29]!, generation: 1 });
      return tags;
    });
    await withJournal(options, async journal => {
      assert.equal(journal.acknowledged, { seq: 40, tag: tags[39]!, generation: 1 });
      await refusedWith('journal/foreignAcknowledgement', () =>
        journal.acknowledge({ seq: 50, tag: tags[50]!, generation: 1 }),
      );
      await refusedWith('journal/rolledBack', () =>
        journal.acknowledge({ seq: 101, tag: tags[50]!, generation: 1 }),
      );
      assert.is(journal.acknowledged.seq, 40);
    });
  }));

test('a hub of another generation gets again what is still kept', () =>
  withFolder(async folder => {
    await withJournal(smallJournal(folder, { keepBytes: 4 << 20 }), async journal => {
      await many(journal, 1, 300);
      const tags = (await journal.read(0, { limit: 300 })).map(entry => entry.tag);
      await journal.acknowledge({ seq: 300, tag: tags[299]!, generation: 1 });
      await journal.acknowledge({ seq: 10, tag: tags[9]!, generation: 2 });
      assert.is(journal.acknowledged.seq, 10);
      assert.is((await journal.read(10, { limit: 500 })).length, 290);
      assert.ok(await journal.acknowledge({ seq: 5, tag: tags[4]!, generation: 1 }));
      assert.is(journal.acknowledged.seq, 5);
    });
  }));

test('a hub that was restored to the record before the oldest kept one gets all that is kept; with another tag, or at an earlier record, it is refused', () =>
  withFolder(async folder => {
    await withJournal(smallJournal(folder), async journal => {
      await many(journal, 1, 300);
      const tags = (await journal.read(0, { limit: 300 })).map(entry => entry.tag);
      const at = (seq: number, generation: number) => ({ seq, tag: tags[seq - 1]!, generation });
      await journal.acknowledge(at(300, 1));
      const { oldest } = journal;
      assert.ok(oldest > 2);
      const other = { ...at(oldest - 1, 2), tag: tags[0]! };
      for (const word of [other, at(oldest - 2, 2), { ...at(1, 2), seq: 0, tag: Buffer.alloc(16) }])
        await refusedWith('journal/recycled', () => journal.acknowledge(word));
      assert.is(journal.acknowledged.seq, 300);
      assert.ok(await journal.acknowledge(at(oldest - 1, 2)));
      assert.is(journal.acknowledged.seq, oldest - 1);
      assert.is((await journal.read(oldest - 1, { limit: 1 }))[0]!.seq, oldest);
    });
  }));

test('the tag of the record before the oldest kept one is known also where the agent was stopped after it', () =>
  withFolder(async folder => {
    const tags: Buffer[] = [];
    await withJournal(smallJournal(folder), async journal => {
      for (let seq = 1; seq <= 10; seq++) tags.push((await journal.append(body(seq))).tag);
      await journal.acknowledge({ seq: 10, tag: tags[9]!, generation: 1 });
    });
    await withJournal(smallJournal(folder), async journal => {
      await many(journal, 11, 15);
      await journal.acknowledge({ seq: 15, tag: journal.last.tag, generation: 1 });
      assert.is(journal.oldest, 11);
    });
    await withJournal(smallJournal(folder), async journal => {
      const again = { seq: 10, generation: 2 };
      await refusedWith('journal/recycled', () => journal.acknowledge({ ...again, tag: tags[8]! }));
      assert.ok(await journal.acknowledge({ ...again, tag: tags[9]! }));
      assert.equal(numbers(await journal.read(10, { limit: 9 })), [11, 12, 13, 14, 15]);
    });
  }));

test('acknowledged segments are given up, those of an open transaction are not', () =>
  withFolder(async folder => {
    let oldestOpen: number | undefined = 150;
    const checkpoint = () => ({ body: Buffer.alloc(1), ...(oldestOpen && { oldestOpen }) });
    const options = smallJournal(folder, { checkpoint });
    await withJournal(options, async journal => {
      await many(journal, 1, 600);
      const { tag } = (await journal.read(598, { limit: 1 }))[0]!;
      await journal.acknowledge({ seq: 599, tag, generation: 1 });
      assert.equal(numbers(await journal.read(149, { limit: 2 })), [150, 151]);
      await refusedWith('journal/recycled', () => journal.read(0, { limit: 1 }));
      await refusedWith('journal/recycled', () => journal.acknowledge({ seq: 3, tag, generation: 2 }));
    });
    oldestOpen = undefined;
    await withJournal(options, async journal => {
      const [last] = await journal.read(599, { limit: 1 });
      await journal.acknowledge({ seq: 600, tag: last!.tag, generation: 1 });
      assert.ok((await segmentsIn(folder)).length <= 2);
      assert.is((await journal.append(body(601))).seq, 601);
    });
    await withJournal(options, async journal => assert.is(journal.last.seq, 601));
  }));

test('a hundred restarts take a block or two each, not a segment', () =>
  withFolder(async folder => {
    const options = smallJournal(folder);
    for (const n of upTo(40)) await withJournal(options, journal => journal.append(body(n)));
    for (let n = 0; n < 20; n++) await withJournal(options, async () => undefined);
    const names = await segmentsIn(folder);
    const sizes = await Promise.all(names.map(async name => (await stat(`${folder}/${name}`)).size));
    assert.ok(sizes.reduce((sum, size) => sum + size) < 40 * 16384 + 65536, String(sizes));
    await withJournal(options, async journal =>
      assert.equal(numbers(await journal.read(0, { limit: 99 })), upTo(40)),
    );
  }));

test('after a rotation the previous key still opens what it sealed; another key opens nothing, and nothing is moved', () =>
  withFolder(async folder => {
    const other = createSecretKey(Buffer.alloc(32, 1));
    await withJournal(smallJournal(folder), journal => many(journal, 1, 20));
    await refusedWith('journal/wrongKey', () => openJournal(smallJournal(folder, { dataKeys: [other] })));
    const rotated = smallJournal(folder, { dataKeys: [other, dataKey] });
    await withJournal(rotated, journal => many(journal, 21, 30));
    await withJournal(rotated, async journal =>
      assert.equal(numbers(await journal.read(0, { limit: 99 })), upTo(30)),
    );
  }));

test('a body that is too long, and a closed journal, are refused', () =>
  withFolder(async folder => {
    const journal = await openJournal(smallJournal(folder));
    await refusedWith('journal/size', () => journal.append(Buffer.alloc(40 << 10)));
    await journal.close();
    await journal.close();
    await refusedWith('journal/closed', () => journal.append(body(1)));
  }));

test.run();
