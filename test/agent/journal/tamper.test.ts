// Each way of tampering has its own code, moves the folder aside and keeps the journal closed; a torn write does not.

import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { JournalError } from '../../../agent/journal/journal-error.ts';
import { openJournal } from '../../../agent/journal/open-journal.ts';
import { quarantined, reasonOf, setAside } from '../../../agent/journal/quarantine.ts';
import { segmentName } from '../../../agent/journal/segment-format.ts';
import { nodeStorage } from '../../../agent/journal/storage.ts';
import { refusedWith } from '../../refusal.ts';
import { body, numberOf, segmentsIn, smallJournal, withFolder, withJournal } from './journal-rig.ts';
import { beginning, block, edit, endOf, fortyRecords, ways } from './tamper-ways.ts';

for (const [what, code, change] of ways)
  test(`${what} is ${code}`, () =>
    withFolder(async folder => {
      await fortyRecords(folder);
      assert.is((await segmentsIn(folder)).length, 3);
      await change(folder);
      const names = (await readdir(folder)).sort();
      await refusedWith(code, () => openJournal(smallJournal(folder)));
      assert.equal((await readdir(`${folder}.quarantine`)).sort(), [...names, 'reason.json'].sort());
      assert.is((await quarantined(nodeStorage, folder))?.code, code);
      await refusedWith('journal/quarantined', () => openJournal(smallJournal(folder)));
    }));

test('one that could not be moved aside, and opens after all, keeps no reason', () =>
  withFolder(async folder => {
    await fortyRecords(folder);
    const rename = () => Promise.reject(new Error('EROFS'));
    const why = new JournalError('journal/rolledBack');
    await refusedWith('journal/io', () => setAside({ ...nodeStorage, rename }, folder, why));
    assert.is(await reasonOf(nodeStorage, folder), 'journal/rolledBack');
    await withJournal(smallJournal(folder), async journal => assert.is(journal.last.seq, 40));
    assert.is(await reasonOf(nodeStorage, folder), undefined);
  }));

test('a last commit torn at any sector, or left as garbage, costs that commit only', () =>
  withFolder(async folder => {
    await withJournal(smallJournal(folder), async journal => {
      for (let n = 1; n <= 5; n++) await journal.append(body(n));
      await Promise.all(Array.from({ length: 30 }, (_, i) => journal.append(body(6 + i))));
    });
    const whole = await readFile(join(folder, segmentName(1)));
    const closing = endOf(whole) - block;
    whole.fill(0, closing); // as if it had been killed, not closed
    const commit = beginning + 5 * block;
    const torn: Buffer[] = [];
    for (let at = commit; at < closing - 512; at += 512) {
      const zeroed = Buffer.from(whole);
      torn.push(zeroed.fill(0, at));
      torn.push(Buffer.from(whole).fill(0xa5, at, closing));
      torn.push(Buffer.from(whole).fill(0, at, at + 512));
    }
    const upTo35 = Array.from({ length: 35 }, (_, i) => i + 1);
    for (const bytes of torn) {
      await writeFile(join(folder, segmentName(1)), bytes);
      await withJournal(smallJournal(folder), async journal => {
        const numbers = (await journal.read(0, { limit: 99 })).map(entry => numberOf(entry.body));
        assert.equal(numbers, bytes.equals(whole) ? upTo35 : [1, 2, 3, 4, 5]);
      });
    }
  }));

test('after a torn write the journal goes on without the torn commit', () =>
  withFolder(async folder => {
    await withJournal(smallJournal(folder), async journal => {
      for (let n = 1; n <= 9; n++) await journal.append(body(n));
    });
    await edit(
      folder,
      1,
      bytes =>
        void bytes.fill(0xa5, beginning + 7 * block, beginning + 8 * block).fill(0, beginning + 8 * block),
    );
    await withJournal(smallJournal(folder), async journal => {
      assert.is(journal.last.seq, 7);
      await journal.append(body(8));
    });
    await withJournal(smallJournal(folder), async journal => {
      const numbers = (await journal.read(0, { limit: 99 })).map(entry => numberOf(entry.body));
      assert.equal(numbers, [1, 2, 3, 4, 5, 6, 7, 8]);
    });
  }));

test.run();
