// timeout: 180 s
// A reader in another language, written from the format's page alone, finds in our journals what was appended, and refuses
// what was tampered with by the same code as we do.
import { createSecretKey } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Journal } from '../../agent/journal/journal.ts';
import type { JournalOptions } from '../../agent/journal/journal-options.ts';
import { openJournal } from '../../agent/journal/open-journal.ts';
import { body, segmentsIn, smallJournal, withFolder, withJournal } from '../agent/journal/journal-rig.ts';
import { fortyRecords, ways } from '../agent/journal/tamper-ways.ts';
import { refusedWith } from '../refusal.ts';
import { readJournalAgain } from './second-journal-reader.ts';

async function many(journal: Journal, from: number, to: number): Promise<void> {
  for (let n = from; n <= to; n += 7)
    await Promise.all(
      Array.from({ length: Math.min(7, to - n + 1) }, (_, i) => journal.append(body(n + i, 200 + 9 * n))),
    );
}

/** Entries by both readers; the second reader's segments too. */
async function both(options: JournalOptions, from: number) {
  const again = readJournalAgain(options);
  if (typeof again === 'string') throw new Error(again);
  const entries = await withJournal(options, journal => journal.read(from - 1, { limit: 9999 }));
  return {
    ours: entries.map(({ seq, tag, body }) => ({
      seq,
      tag: tag.toString('hex'),
      body: body.toString('hex'),
    })),
    theirs: again.filter(({ type }) => type === 'entry').map(({ seq, tag, body }) => ({ seq, tag, body })),
    segments: [...new Set(again.map(({ segment }) => segment))],
    again,
  };
}

const appended = (from: number, to: number): string[] =>
  Array.from({ length: to - from + 1 }, (_, i) => {
    const first = from + i - ((from + i - 1) % 7); // bodies of one turn have the length of its first
    return body(from + i, 200 + 9 * first).toString('hex');
  });

test('over several segments and restarts, each entry is there once, with our number, tag and body', () =>
  withFolder(async folder => {
    const options = smallJournal(folder);
    for (const turn of [0, 1, 2])
      await withJournal(options, journal => many(journal, 1 + turn * 70, (turn + 1) * 70));
    const { ours, theirs, segments } = await both(options, 1);
    assert.equal(theirs, ours);
    assert.equal(
      theirs.map(({ body }) => body),
      appended(1, 210),
    );
    assert.ok(segments.length > 3, String(segments));
  }));

test('with recycled segments, other checkpoints, an acknowledgement and a rotated key', () =>
  withFolder(async folder => {
    let checkpoints = 0;
    const checkpoint = () => ({ body: Buffer.from(`checkpoint ${++checkpoints}`) });
    const options = smallJournal(folder, { checkpoint });
    await withJournal(options, async journal => {
      await many(journal, 1, 140);
      const [entry] = await journal.read(99, { limit: 1 });
      await journal.acknowledge({ seq: 100, tag: entry!.tag, generation: 3 });
      await many(journal, 141, 280); // into spares that were segments
    });
    const rotated = { ...options, dataKeys: [createSecretKey(Buffer.alloc(32, 1)), ...options.dataKeys] };
    await withJournal(rotated, journal => many(journal, 281, 350));
    const first = Number((readJournalAgain(rotated) as { seq?: number }[]).find(({ seq }) => seq)!.seq);
    assert.ok(first > 1 && first <= 101, String(first));
    const { ours, theirs, again } = await both(rotated, first);
    assert.equal(theirs, ours);
    assert.is(theirs.at(-1)?.seq, 350);
    const cursor = again.findLast(({ type }) => type === 'acknowledgement')!.body;
    const acknowledged = ours.find(({ seq }) => seq === 100);
    if (acknowledged) assert.is(cursor.slice(16, 48), acknowledged.tag);
    assert.is(cursor.slice(0, 16) + cursor.slice(48, 56), '000000000000006400000003');
    const made = again.filter(({ type }) => type === 'checkpoint').map(one => Buffer.from(one.body, 'hex'));
    assert.ok(made.every(one => /^checkpoint \d+$/.test(one.toString())));
    assert.is(again.filter(({ type }) => type === 'closed').length, 2);
  }));

test('a torn last commit is left out, and what comes after the restart is there', () =>
  withFolder(async folder => {
    const options = smallJournal(folder);
    await withJournal(options, async journal => {
      for (let n = 1; n <= 5; n++) await journal.append(body(n));
    });
    const path = join(folder, (await segmentsIn(folder))[0]!);
    const bytes = await readFile(path);
    bytes.fill(0, bytes.findLastIndex(byte => byte !== 0) - 60, bytes.length); // the closing commit
    const last = 8192 + 4 * 4096;
    await writeFile(path, bytes.fill(0xa5, last + 512, last + 1024));
    const theirs = () => (readJournalAgain(options) as { seq?: number }[]).flatMap(({ seq }) => seq ?? []);
    assert.equal(theirs(), [1, 2, 3, 4]);
    await withJournal(options, journal => journal.append(body(5)));
    assert.equal(theirs(), [1, 2, 3, 4, 5]);
  }));

for (const [what, code, change] of ways)
  test(`${what} is ${code}`, () =>
    withFolder(async folder => {
      await fortyRecords(folder);
      await change(folder);
      assert.is(readJournalAgain(smallJournal(folder)), code);
    }));

test('with another key nothing opens', () =>
  withFolder(async folder => {
    await fortyRecords(folder);
    const other = createSecretKey(Buffer.alloc(32, 1));
    assert.is(readJournalAgain(smallJournal(folder, { dataKeys: [other] })), 'journal/foreignKey');
    await refusedWith('journal/wrongKey', openJournal(smallJournal(folder, { dataKeys: [other] })));
  }));

test.run();
