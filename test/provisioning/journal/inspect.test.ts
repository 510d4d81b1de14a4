// timeout: 120 s
// `madoguchi journal inspect`: what a journal holds, with the key and without, and how it ended.
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { segmentName } from '../../../agent/journal/segment-format.ts';
import { withFolder } from '../../agent/journal/journal-rig.ts';
import { block, edit, endOf, fortyRecords } from '../../agent/journal/tamper-ways.ts';
import { road, transaction, waits } from '../../agent/transaction/story.ts';
import { madoguchiJournal, withKey, writeStories } from './stories.ts';

test('inspect: each segment, the cursor and what waits, open transactions, spares', () =>
  withFolder(async folder => {
    const other = 'ab'.repeat(16);
    const stories = [
      { transaction, events: road() },
      {
        transaction: other,
        events: [{ is: 'started', transaction: other, waits } as const, ...road().slice(1, 6)],
      },
    ];
    await writeStories(folder, stories, { acknowledged: 10 });
    await writeStories(folder, []);
    const { code, out, lines } = await madoguchiJournal('inspect', ...withKey(folder));
    assert.is(code, 0);
    assert.match(out, 'ledger log of shop-1, epoch 1');
    assert.match(
      lines.find(line => line.startsWith('000000000001.segment')) ?? '',
      /ledger .* 1 to \d+ .*none$/,
    );
    assert.match(out, /up to entry 10, generation 2\. Not yet: \d+ entries/);
    assert.match(out, `  ${other}, since entry`);
    assert.match(out, /Spare files: [1-9]/);
    assert.match(out, 'End: clean');
    const seen = await madoguchiJournal('inspect', '--folder', folder);
    assert.is(seen.code, 0);
    assert.not.match(seen.out, other);
    assert.match(seen.out, 'show only with the key');
  }));

test('a torn tail is distinguished from a clean end and from an open one, and is no tampering', () =>
  withFolder(async folder => {
    await fortyRecords(folder);
    const path = join(folder, segmentName(3));
    const whole = await readFile(path);
    const end = async (bytes: Buffer) => {
      await writeFile(path, bytes);
      const { code, out } = await madoguchiJournal('inspect', ...withKey(folder));
      assert.is(code, 0);
      return out.match(/End: .*/)?.[0] ?? '';
    };
    const last = endOf(whole) - block;
    assert.match(await end(whole), 'clean');
    assert.match(await end(Buffer.from(whole).fill(0, last + 40)), 'not closed');
    assert.match(await end(Buffer.from(whole).fill(0, last)), 'not closed');
    assert.match(await end(Buffer.from(whole).fill(0, last - block + 200)), 'torn');
  }));

test('a home that is not there is named', async () => {
  const { code, error } = await madoguchiJournal('inspect', '--home', '/nope');
  assert.is(code, 3);
  assert.match(error, 'There is no folder /nope.');
  assert.match(error, 'provisioning/noJournal');
});

test('what a forged header holds commands no terminal', () =>
  withFolder(async folder => {
    await fortyRecords(folder);
    for (const segment of [1, 2, 3])
      await edit(folder, segment, bytes => bytes.write('\x1b[2Jx\x9b', 113, 'latin1'));
    const { out } = await madoguchiJournal('inspect', '--folder', folder);
    assert.match(out, 'log of  [2Jx');
    assert.not.match(out.replaceAll('\n', ''), /\p{Cc}/u);
  }));

test.run();
