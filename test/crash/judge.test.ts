import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Entry } from '../../agent/journal/entry.ts';
import type { Journal } from '../../agent/journal/journal.ts';
import { History } from './history.ts';
import { type Found, judge } from './judge.ts';

const tag = Buffer.alloc(16);

/** Five records, the third never acknowledged, each given and done two operations later; then the hub's cursor at 2. */
async function history(): Promise<{ history: History; entries: Entry[] }> {
  let now = 0;
  const history = new History(() => now);
  const entries: Entry[] = [];
  const journal = {
    append: async (body: Buffer) => {
      now += 2;
      if (entries.length === 4) throw new Error('refused');
      const entry = { seq: entries.length + 1, tag, body };
      entries.push(entry);
      return entry;
    },
    acknowledge: async () => {
      now += 2;
    },
  } as unknown as Journal;
  for (let n = 0; n < 4; n++) await history.append(journal, 8, () => n / 8);
  await history.append(journal, 8, () => 0).catch(() => undefined);
  await history.acknowledge(journal, { seq: 2, tag });
  return { history, entries };
}

const found = (entries: readonly Entry[], more: Partial<Found> = {}): Found => ({
  entries,
  last: entries.at(-1)?.seq ?? 0,
  cursor: 0,
  checkpoint: 0,
  behindCheckpoint: entries.map(({ seq }) => seq),
  ...more,
});

const clean = { lost: 0, altered: 0, invented: 0 };

test('what was promised before the cut must be there; what was only given may be', async () => {
  const { history: given, entries } = await history();
  assert.equal(judge(given, 8, found(entries)), clean);
  assert.equal(judge(given, 3, found(entries.slice(0, 1))), clean);
  assert.equal(judge(given, 3, found(entries.slice(0, 2))), clean);
  assert.equal(judge(given, 1, found([])), clean);
});

test('planted: a record that is missing at the end, and one in the middle', async () => {
  const { history: given, entries } = await history();
  assert.is(judge(given, 8, found(entries.slice(0, 2))).lost, 2);
  assert.ok(judge(given, 8, found(entries.toSpliced(1, 1))).lost > 0);
});

test('planted: a changed byte, two that changed places, one that is there twice', async () => {
  const { history: given, entries } = await history();
  const [first, second] = entries as [Entry, Entry];
  const changed = Buffer.from(second.body);
  changed[6]! ^= 1;
  assert.ok(judge(given, 8, found(entries.with(1, { ...second, body: changed }))).altered > 0);
  const swapped = entries.with(0, { ...first, body: second.body }).with(1, { ...second, body: first.body });
  assert.ok(judge(given, 8, found(swapped)).altered > 0);
  assert.ok(judge(given, 8, found([...entries, { ...first, seq: 5 }])).altered > 0);
});

test('planted: a record from nowhere, and one that was given only after the cut', async () => {
  const { history: given, entries } = await history();
  const stranger = { seq: 5, tag, body: Buffer.from('\0\0\xff\xffstranger', 'latin1') };
  assert.is(judge(given, 8, found([...entries, stranger])).invented, 1);
  assert.is(judge(given, 3, found(entries.slice(0, 3))).invented, 1);
});

test('an older cursor than the reported one is no loss; planted: one that the hub never sent', async () => {
  const { history: given, entries } = await history();
  const behind = (cursor: number) =>
    found(entries.slice(cursor), { cursor, last: 4, checkpoint: 4, behindCheckpoint: [] });
  assert.equal(judge(given, 12, behind(2)), clean);
  assert.equal(judge(given, 12, behind(1)), clean);
  assert.is(judge(given, 9, behind(2)).invented, 1);
});

test('planted: a checkpoint that leaves a record out, or counts one twice', async () => {
  const { history: given, entries } = await history();
  assert.is(judge(given, 8, found(entries, { checkpoint: 1, behindCheckpoint: [3, 4] })).altered, 1);
  assert.is(judge(given, 8, found(entries, { checkpoint: 2, behindCheckpoint: [2, 3, 4] })).altered, 1);
});

test.run();
