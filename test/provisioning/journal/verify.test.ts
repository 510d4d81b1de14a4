// timeout: 180 s
// `madoguchi journal verify`: what it says of sound, altered, running and unreadable journals; and that it leaves everything
// as it was. `inspect` says the same of tampering.
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { JournalError } from '../../../agent/journal/journal-error.ts';
import { openJournal } from '../../../agent/journal/open-journal.ts';
import { setAside } from '../../../agent/journal/quarantine.ts';
import { segmentName } from '../../../agent/journal/segment-format.ts';
import { nodeStorage } from '../../../agent/journal/storage.ts';
import { terminal, withHome } from '../../agent/config/home-folder.ts';
import { body, dataKey, smallJournal, withFolder, withJournal } from '../../agent/journal/journal-rig.ts';
import { beginning, block, edit, fortyRecords, ways } from '../../agent/journal/tamper-ways.ts';
import { keyFile, madoguchiJournal, traceOf, withKey } from './stories.ts';

/** What shows without the key, and under which other code; `sound`: it does not. */
const onStructure: Readonly<Record<string, string>> = {
  'a bit of a record': 'sound',
  'a bit of the youngest segment': 'sound',
  'a bit of a header': 'sound',
  'a bit of a checkpoint': 'sound',
  'a bit of each of the last eight commits': 'sound',
  'a bit of a segment that is no longer needed': 'journal/cut', // the one after it was given up
  'oldest segment taken out': 'sound',
  'a segment of another key': 'journal/altered',
};

for (const [what, code, change] of ways)
  test(`${what}: ${code}, with the file and what to do; nothing is moved`, () =>
    withFolder(async folder => {
      await fortyRecords(folder);
      await change(folder);
      const before = await traceOf(folder);
      const verdict = await madoguchiJournal('verify', ...withKey(folder));
      assert.is(verdict.code, 1, verdict.out);
      assert.match(verdict.out, new RegExp(`^TAMPERED  ${code}  0{11}[1-4]\\.segment`, 'm'));
      assert.match(verdict.out, 'What to do: ');
      const inspected = await madoguchiJournal('inspect', ...withKey(folder));
      assert.is(inspected.code, 1);
      assert.match(inspected.out, `TAMPERED  ${code}`);
      const seen = await madoguchiJournal('verify', '--folder', folder);
      const expected = onStructure[what] ?? code;
      assert.is(seen.code, expected === 'sound' ? 0 : 1, seen.out);
      assert.match(
        seen.out,
        expected === 'sound' ? 'Without the key it can’t show' : `TAMPERED  ${expected}`,
      );
      assert.equal(await traceOf(folder), before);
    }));

test('of an altered commit the offset is said', () =>
  withFolder(async folder => {
    await fortyRecords(folder);
    await edit(folder, 2, bytes => {
      bytes[beginning + 4 * block + 70]! ^= 1;
    });
    const { out } = await madoguchiJournal('verify', ...withKey(folder));
    assert.match(out, `000000000002.segment at offset ${beginning + 4 * block}: A commit`);
  }));

test('a folder that the agent has quarantined is read where it is', () =>
  withFolder(async folder => {
    await fortyRecords(folder);
    await edit(folder, 1, bytes => bytes.fill(0, 5 * block, 6 * block));
    await openJournal(smallJournal(folder)).catch(() => undefined);
    const before = await traceOf(folder);
    const { code, out } = await madoguchiJournal('verify', ...withKey(`${folder}.quarantine`));
    assert.is(code, 1);
    assert.match(out, 'journal/cut  000000000001.segment at offset 20480');
    assert.equal(await traceOf(folder), before);
  }));

test('one that the hub refused opens, and is still reported as set aside, with the reason; in whichever place it lies', () =>
  withFolder(async folder => {
    await fortyRecords(folder);
    await setAside(nodeStorage, folder, new JournalError('journal/rolledBack', { hub: 50, here: 40 }));
    const released = `${folder}.released-1`;
    for (const place of [`${folder}.quarantine`, released]) {
      if (place === released) await rename(`${folder}.quarantine`, place);
      for (const more of [['--key-file', keyFile], []])
        for (const command of ['verify', 'inspect']) {
          const { code, out } = await madoguchiJournal(command, '--folder', place, ...more);
          assert.is(code, 1, out);
          assert.match(out, 'SET ASIDE  journal/rolledBack: The hub has records that this journal lacks');
        }
    }
    const reason = join(released, 'reason.json');
    for (const broken of ['{', '{"code":"toString"}', 'null']) {
      await writeFile(reason, broken);
      const { code, out } = await madoguchiJournal('verify', ...withKey(released));
      assert.is(code, 1);
      assert.match(out, 'SET ASIDE  journal/quarantined');
      assert.match(out, 'Sound: 3 segments');
    }
    await rm(reason);
    assert.is((await madoguchiJournal('verify', ...withKey(released))).code, 0);
    await mkdir(reason);
    const unread = await madoguchiJournal('verify', ...withKey(released));
    assert.is(unread.code, 3);
    assert.match(unread.error, 'journal/wrongType');
    await rm(reason, { recursive: true });
    await rename(released, `${folder}.quarantine`); // on a disk that took no reason
    const { code, out } = await madoguchiJournal('inspect', ...withKey(`${folder}.quarantine/`));
    assert.is(code, 1);
    assert.match(out, 'SET ASIDE  journal/quarantined');
  }));

test('a sound journal: how much of it, how it ended, and what can’t be shown; with the key and without', () =>
  withFolder(async folder => {
    await fortyRecords(folder);
    const before = await traceOf(folder);
    const { code, out } = await madoguchiJournal('verify', ...withKey(folder));
    assert.is(code, 0);
    assert.match(out, /Sound: 3 segments of epoch 1, entries 1 to 40/);
    assert.match(out, 'clean');
    assert.match(out, 'older copy');
    const seen = await madoguchiJournal('verify', '--folder', folder);
    assert.is(seen.code, 0);
    assert.match(seen.out, /Nothing is wrong in the structure: 3 segments, \d+ commits/);
    assert.equal(await traceOf(folder), before);
  }));

test('beside a running agent that appends, is acknowledged and recycles, every look is sound and says so', () =>
  withFolder(async folder => {
    await withJournal(smallJournal(folder), async journal => {
      let stop = false;
      const writing = (async () => {
        for (let n = 1; !stop; n++) {
          const { seq, tag } = await journal.append(body(n));
          if (n % 10 === 0) await journal.acknowledge({ seq, tag, generation: 1 });
        }
      })();
      const looks: string[] = [];
      while (looks.length < 15) {
        const { code, out, error } = await madoguchiJournal('verify', ...withKey(folder));
        const seen = await madoguchiJournal('verify', '--folder', folder);
        assert.is(seen.code, 0, seen.out); // what a recycled file still holds is no tampering
        looks.push(`${code} ${/Sound/.test(out)} ${/An agent has it open/.test(out)} ${error}`);
      }
      stop = true;
      await writing;
      assert.equal([...new Set(looks)], ['0 true true ']);
      assert.ok(journal.last.seq > 0);
    });
    const { out } = await madoguchiJournal('verify', ...withKey(folder));
    assert.not.match(out, 'An agent has it open');
  }));

test('of a home its own journal, with its own key; the quarantined one where there is one', () =>
  withHome({ 'keys/journal-data.bin': dataKey.export() }, async home => {
    const folder = join(home, 'journal');
    const owner = { terminal, epoch: 2 };
    await fortyRecords(folder, owner);
    assert.match((await madoguchiJournal('verify', '--home', home)).out, 'Sound: 3 segments');
    await edit(folder, 1, bytes => bytes.fill(0, 5 * block, 6 * block));
    await openJournal(smallJournal(folder, owner)).catch(() => undefined);
    const { code, out } = await madoguchiJournal('inspect', '--home', home);
    assert.is(code, 1);
    assert.match(out, `${folder}.quarantine: ledger log of ${terminal}, epoch 2`);
    await fortyRecords(`${folder}-of-another`);
    const mixed = await madoguchiJournal('verify', '--home', home, '--folder', `${folder}-of-another`);
    assert.match(mixed.out, 'journal/foreignTerminal');
    const earlier = join(home, 'journal.released-1');
    await fortyRecords(earlier, { terminal, epoch: 1 });
    const released = ['--home', home, '--folder', earlier];
    assert.match((await madoguchiJournal('verify', ...released)).out, 'Sound: 3 segments of epoch 1');
    assert.is((await madoguchiJournal('export', ...released)).lines.length, 40);
    const later = join(home, 'journal.released-3');
    await fortyRecords(later, { terminal, epoch: 3 });
    const ahead = await madoguchiJournal('verify', '--home', home, '--folder', later);
    assert.is(ahead.code, 1);
    assert.match(ahead.out, 'journal/foreignEpoch');
    for (const segment of [1, 2, 3]) await edit(earlier, segment, bytes => bytes.fill(1, 0, block));
    const wiped = await madoguchiJournal('verify', ...released);
    assert.is(wiped.code, 1);
    assert.match(wiped.out, 'TAMPERED  journal/altered');
  }));

test('keys: in hex, and former ones behind', () =>
  withFolder(async folder => {
    await fortyRecords(folder);
    const file = `${folder}-keys`;
    await writeFile(file, `${'01'.repeat(32)}\n${dataKey.export().toString('hex')}\n`);
    assert.is((await madoguchiJournal('verify', '--folder', folder, '--key-file', file)).code, 0);
  }));

test('what can’t be read exits 3, what is not understood 2, each with what to do; never 1, which means tampered with', () =>
  withFolder(async folder => {
    await fortyRecords(folder);
    const file = (name: string, content: Buffer | string) => writeFile(`${folder}-${name}`, content);
    await file('wrong', Buffer.alloc(32, 9));
    await file('short', Buffer.alloc(31, 9));
    await mkdir(`${folder}-empty`);
    await mkdir(`${folder}-other`);
    await writeFile(join(`${folder}-other`, segmentName(1)), Buffer.alloc(8192, 'other'));
    const refusals: [args: string[], code: number, says: RegExp][] = [
      [
        ['--folder', folder, '--key-file', `${folder}-wrong`],
        3,
        /with the key of id [0-9a-f]{32}; the key given/,
      ],
      [['--folder', folder, '--key-file', `${folder}-short`], 3, /no key of 32 bytes/],
      [['--folder', folder, '--key-file', `${folder}-none`], 3, /can’t be read/],
      [['--folder', `${folder}-none`], 3, /ENOENT/],
      [['--folder', keyFile], 3, /ENOTDIR/],
      [['--folder', `${folder}-empty`], 3, /holds no segment/],
      [['--folder', `${folder}-other`], 3, /no journal of this format/],
      [['--home', `${folder}-empty`], 3, /does not give its key.*agent\.json/],
      [['--folder', folder, '--log', 'telemetry'], 3, /is a ledger log/],
      [['--folder', folder, '--log', 'other'], 2, /--log/],
      [['--folder', folder, '--key', '00'], 2, /--key/],
      [['--folder', folder, 'more'], 2, /more/],
      [[], 2, /--home or --folder/],
    ];
    for (const command of ['inspect', 'verify', 'export'])
      for (const [args, code, says] of refusals) {
        const result = await madoguchiJournal(command, ...args);
        assert.is(result.code, code, `${command} ${args.join(' ')}: ${result.error}`);
        assert.match(result.error, says);
        assert.match(result.error, /\n {2}\w+\/\w+\n {2}\S/, 'a code, and what to do');
        assert.not.match(result.error, /\.ts:/);
      }
  }));

test.run();
