// timeout: 180 s
// The second reader must not read what a writer writes that differs from docs/journal-format.md.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { body, smallJournal, withFolder } from '../agent/journal/journal-rig.ts';
import { type Change, mutated } from '../mutate.ts';
import { type ReadRecord, readJournalAgain } from './second-journal-reader.ts';

const writer = new URL('../../agent/journal/open-journal.ts', import.meta.url);
type Writer = typeof import('../../agent/journal/open-journal.ts');

/** What the second reader makes of 20 entries in two segments by a writer with these changes. */
async function readOf(...changes: Change[]): Promise<ReadRecord[] | string> {
  const { openJournal } = await mutated<Writer>(writer, ...changes);
  let read: ReadRecord[] | string = [];
  await withFolder(async folder => {
    const journal = await openJournal(smallJournal(folder));
    for (let n = 1; n <= 20; n++) await journal.append(body(n));
    await journal.close();
    read = readJournalAgain(smallJournal(folder));
  });
  return read;
}

const seal = 'agent/journal/seal.ts';
const commit = 'agent/journal/commit-format.ts';
const header = 'agent/journal/segment-format.ts';

/** `outcome`: the code of the refusal, or how many of the entries are found. */
const strays: readonly [what: string, outcome: string | number, change: Change][] = [
  [
    'another nonce',
    'journal/altered',
    { file: seal, find: 'writeUInt32BE(counter, 8)', replace: 'writeUInt32BE(counter, 4)' },
  ],
  [
    'one nonce for all commits',
    'journal/altered',
    { file: seal, find: 'writeUInt32BE(counter, 8)', replace: 'writeUInt32BE(counter && 0, 8)' },
  ],
  [
    'no header in the additional data',
    'journal/altered',
    {
      file: seal,
      find: '    cipher.setAAD(Buffer.concat([this.#header, commitHeader]))',
      replace: '    cipher.setAAD(commitHeader)',
    },
  ],
  [
    'no commit header in the additional data',
    'journal/altered',
    {
      file: seal,
      find: '    cipher.setAAD(Buffer.concat([this.#header, commitHeader]))',
      replace: '    cipher.setAAD(this.#header)',
    },
  ],
  [
    'no tag before in the chain',
    'journal/reordered',
    { file: commit, find: 'first.tag.copy(header, 32);', replace: '' },
  ],
  [
    'the data key for each segment',
    'journal/altered',
    {
      file: seal,
      find: "derive(dataKey, header.salt, 'madoguchi/1 journal segment', 32)",
      replace: 'dataKey.export()',
    },
  ],
  [
    'no salt',
    'journal/altered',
    {
      file: seal,
      find: "derive(dataKey, header.salt, 'madoguchi/1",
      replace: "derive(dataKey, Buffer.alloc(32), 'madoguchi/1",
    },
  ],
  [
    'another id of the key',
    'journal/foreignKey',
    { file: seal, find: 'madoguchi/1 journal key id', replace: 'madoguchi/2 journal key id' },
  ],
  [
    'counters from 1',
    'journal/cut',
    { file: 'agent/journal/segment.ts', find: 'counter: 0,', replace: 'counter: 1,' },
  ],
  [
    'entries that are numbered by commit',
    'journal/reordered',
    { file: commit, find: '? next++ : next - 1', replace: '? (next += 2) : next - 1' },
  ],
  [
    'padding that is not zero',
    'journal/altered',
    { file: commit, find: 'Buffer.alloc(commitBytes(sum))', replace: 'Buffer.alloc(commitBytes(sum), 1)' },
  ],
  [
    'another version',
    'journal/altered',
    { file: header, find: 'const version = 2;', replace: 'const version = 3;' },
  ],
  [
    'the end of the segment before left out',
    'journal/altered',
    { file: header, find: 'block.writeUInt32BE(header.previous.end, 40);', replace: '' },
  ],
  [
    'the segment before left out',
    6,
    { file: header, find: 'block.writeBigUInt64BE(BigInt(header.previous.segment), 32);', replace: '' },
  ],
  [
    'type and length of a record in another order',
    'journal/altered',
    {
      file: commit,
      find: 'content[at] = type;\n    content.writeUInt32BE(body.length, at + 1);',
      replace: 'content.writeUInt32BE(body.length, at);\n    content[at + 4] = type;',
    },
  ],
];

const entriesIn = (read: readonly ReadRecord[]) => read.filter(({ type }) => type === 'entry').length;

test('the writer as it stands is read', async () => {
  const read = await readOf();
  assert.ok(Array.isArray(read), String(read));
  assert.is(entriesIn(read), 20);
});

for (const [what, outcome, change] of strays)
  test(`${what}: ${outcome}`, async () => {
    const read = await readOf(change);
    assert.is(typeof read === 'string' ? read : entriesIn(read), outcome);
  });

test.run();
