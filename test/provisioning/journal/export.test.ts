// timeout: 120 s
// `madoguchi journal export`: the ledger's records as JSON lines, and nothing that no schema names.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { encode } from '../../../agent/protocol/cbor.ts';
import { encodeRecord } from '../../../agent/protocol/ledger.ts';
import { encodeTelemetry } from '../../../agent/protocol/telemetry.ts';
import { body, smallJournal, withFolder, withJournal } from '../../agent/journal/journal-rig.ts';
import { block, edit } from '../../agent/journal/tamper-ways.ts';
import { evidence, order, road, transaction } from '../../agent/transaction/story.ts';
import { madoguchiJournal, withKey, writeStories } from './stories.ts';

const other = 'cd'.repeat(16);
const stories = [
  { transaction, events: road() },
  { transaction: other, events: [...road().slice(0, 2), { is: 'declined' } as const] },
];
const exportOf = (folder: string, ...more: string[]) =>
  madoguchiJournal('export', ...withKey(folder), ...more);
const read = (lines: readonly string[]) => lines.map(line => JSON.parse(line));

test('one line an entry, in order, fields in the schema’s order, events and bytes readable', () =>
  withFolder(async folder => {
    await writeStories(folder, stories);
    const { code, lines, error } = await exportOf(folder);
    assert.equal([code, error], [0, '']);
    const records = read(lines);
    assert.equal(
      records.map(({ seq }) => seq),
      records.map((_, i) => i + 1),
    );
    assert.equal(Object.keys(records[0]), ['seq', 'tag', 'type', 'software', 'wall']);
    const step = ['seq', 'tag', 'type', 'transaction', 'step', 'at', 'event', 'wall'];
    assert.equal(Object.keys(records[1]), step);
    assert.is(records[2].event.triesLeft, 3);
    const end = records.find(({ type }) => type === 'end');
    const { outcome, keptYen, evidence: signed } = end;
    assert.equal([outcome, keptYen, signed], ['issued', order.feeYen, evidence.toString('hex')]);
    assert.equal((await exportOf(folder)).lines, lines);
  }));

test('one transaction alone, also as its number stands on a slip; one that is not there is said', () =>
  withFolder(async folder => {
    await writeStories(folder, stories);
    const { code, lines } = await exportOf(folder, '--transaction', other);
    assert.is(code, 0);
    assert.equal(
      read(lines).map(({ type, at }) => at ?? type),
      ['card', 'pin', 'abandoned', 'end'],
    );
    const grouped = other.match(/.{8}/g)!.join(' ');
    assert.equal((await exportOf(folder, '--transaction', grouped)).lines, lines);
    const unknown = await exportOf(folder, '--transaction', '00'.repeat(16));
    assert.equal([unknown.code, unknown.lines], [3, []]);
    assert.match(unknown.error, /provisioning\/noTransaction\n.*hub’s ledger/);
    assert.is((await exportOf(folder, '--transaction', 'abc')).code, 2);
  }));

test('what no schema of this version knows is named by number and code, and none of its content comes out', () =>
  withFolder(async folder => {
    await withJournal(smallJournal(folder), async journal => {
      await journal.append(encodeRecord({ type: 'start', software: 'x', wall: 1 }));
      await journal.append(encode({ type: 'start', software: 'x', wall: 1, pin: '4711' }));
      await journal.append(Buffer.from('key 0123456789'));
      const id = Buffer.from(transaction, 'hex');
      const event = encode({ is: 'pinRight', pin: '4711' });
      await journal.append(
        encodeRecord({ type: 'step', transaction: id, step: 0, at: 'pin', event, wall: 1 }),
      );
    });
    const { code, lines, error } = await exportOf(folder);
    assert.is(code, 3);
    assert.match(error, '3 entries');
    assert.equal(
      read(lines).map(({ seq, undecoded }) => [seq, undecoded]),
      [
        [1, undefined],
        [2, 'protocol/schema'],
        [3, 'protocol/cbor'],
        [4, 'protocol/schema'],
      ],
    );
    for (const word of ['4711', Buffer.from('4711').toString('hex'), '0123456789'])
      assert.not.match(lines.map(line => line.replace(/"tag":"\w+"/, '')).join(), word);
  }));

test('of a journal that was tampered with nothing comes out, unless what still opens is asked for', () =>
  withFolder(async folder => {
    await writeStories(folder, stories);
    await edit(folder, 1, bytes => bytes.fill(0, 6 * block, 7 * block)); // one entry's commit
    const refused = await exportOf(folder);
    assert.equal([refused.code, refused.lines], [1, []]);
    assert.match(refused.error, 'TAMPERED  journal/cut  000000000001.segment at offset 24576');
    const salvaged = await exportOf(folder, '--salvage');
    assert.is(salvaged.code, 1);
    assert.match(salvaged.error, 'TAMPERED');
    const numbers = read(salvaged.lines).map(({ seq }) => seq);
    assert.is(numbers.length, numbers.at(-1) - 1);
    assert.not(numbers.includes(5));
  }));

test('records open with the key only; those of the telemetry log come out with the fields of theirs', () =>
  withFolder(async folder => {
    await withJournal(smallJournal(folder, { log: 'telemetry' }), async journal => {
      await journal.append(
        encodeTelemetry({ type: 'condition', code: 'page/jam', is: 'lost', ms: 5, wall: 6 }),
      );
      await journal.append(body(2));
    });
    const keyless = await madoguchiJournal('export', '--folder', folder, '--log', 'telemetry');
    assert.is(keyless.code, 3);
    assert.match(keyless.error, 'provisioning/journalKey');
    const { code, lines } = await exportOf(folder, '--log', 'telemetry');
    assert.is(code, 3);
    const [condition, unknown] = read(lines).map(({ tag: _, ...fields }) => fields);
    assert.equal(condition, { seq: 1, type: 'condition', code: 'page/jam', is: 'lost', ms: 5, wall: 6 });
    assert.equal(unknown, { seq: 2, undecoded: 'protocol/cbor' });
  }));

test.run();
