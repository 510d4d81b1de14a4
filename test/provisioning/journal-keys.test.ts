// The life of the journal's data key: rotated while the agent runs, destroyed when nothing needs it, and at the end.
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { readHome } from '../../agent/config/home.ts';
import { destroyUnusedKeys, readJournalKeys } from '../../agent/config/journal-keys.ts';
import type { Journal } from '../../agent/journal/journal.ts';
import { openJournal } from '../../agent/journal/sealed-journal.ts';
import { destroyJournal } from '../../provisioning/journal/destroy.ts';
import { rotateKey } from '../../provisioning/journal/rotate-key.ts';
import { writeHome } from '../agent/config/home-folder.ts';
import { body } from '../agent/journal/arrange.ts';
import { codeOf } from '../drivers/contract/codes.ts';

const test = suite<{ home: string; keys: string }>('journal keys');

test.before.each(async context => {
  context.home = await mkdtemp(join(tmpdir(), 'journal-keys-'));
  context.keys = join(context.home, 'keys');
  await writeHome(context.home);
});
test.after.each(({ home }) => rm(home, { recursive: true }));

/** As the agent opens it. */
async function open(home: string): Promise<Journal> {
  const { terminal, epoch, journalKeys } = await readHome(home);
  return openJournal({
    ...({ log: 'ledger', folder: join(home, 'journal'), terminal, epoch, dataKeys: journalKeys } as const),
    sealingKey: async () => (await readJournalKeys(join(home, 'keys')))[0],
    checkpoint: () => ({ body: Buffer.alloc(1) }),
    ...{ segmentBytes: 64 << 10, keepBytes: 0 },
  });
}

const append = async (journal: Journal, from: number, to: number) => {
  for (let n = from; n <= to; n++) await journal.append(body(n, 4000));
};
const isDelivered = (journal: Journal) => journal.acknowledge({ ...journal.last, generation: 1 });
const countOf = async (keys: string) =>
  (await readdir(keys)).filter(name => name.startsWith('journal-data')).length;

test('a running journal seals with the new key from its next segment on, and what the former sealed stays readable', async ({
  home,
  keys,
}) => {
  const journal = await open(home);
  await append(journal, 1, 3);
  await rotateKey(home);
  await append(journal, 4, 30);
  assert.is(new Set(journal.keyIds.map(String)).size, 2);
  await journal.close();
  assert.equal(await destroyUnusedKeys(keys, journal.keyIds), []);
  const again = await open(home);
  assert.is((await again.read(0, { limit: 100 })).length, 30);
  await again.close();
});

test('a former key is destroyed when the hub has what it sealed, and not before', async ({ home, keys }) => {
  const journal = await open(home);
  await append(journal, 1, 3);
  await rotateKey(home);
  await append(journal, 4, 30);
  assert.equal(await destroyUnusedKeys(keys, journal.keyIds), []);
  await isDelivered(journal);
  assert.is((await destroyUnusedKeys(keys, journal.keyIds)).length, 1);
  assert.is(await countOf(keys), 1);
  await journal.close();
  const again = await open(home);
  assert.is(again.last.seq, 30);
  await again.close();
});

test('a key that sealed nothing before the next one came is destroyed at once', async ({ home, keys }) => {
  const journal = await open(home);
  await append(journal, 1, 3);
  await journal.close();
  await rotateKey(home);
  await rotateKey(home);
  assert.is(await countOf(keys), 3);
  const again = await open(home);
  await append(again, 4, 5);
  assert.equal((await destroyUnusedKeys(keys, again.keyIds)).length, 1, 'the one that sealed nothing');
  await again.close();
});

test('a journal is destroyed by its key, and not while the hub lacks records', async ({ home, keys }) => {
  const journal = await open(home);
  await append(journal, 1, 3);
  assert.is(await codeOf(destroyJournal(home)), 'journal/inUse');
  await journal.close();
  assert.is(await codeOf(destroyJournal(home)), 'provisioning/undelivered');
  assert.is(await countOf(keys), 1);
  const again = await open(home);
  await isDelivered(again);
  await again.close();
  assert.equal(await destroyJournal(home), ['journal-data.bin']);
  assert.is(await countOf(keys), 0);
  assert.is(await codeOf(readHome(home)), 'agent/home');
});

test('whoever insists destroys what was never delivered', async ({ home, keys }) => {
  const journal = await open(home);
  await append(journal, 1, 3);
  await journal.close();
  await destroyJournal(home, true);
  assert.is(await countOf(keys), 0);
});

test('a folder without a key has none to rotate', async ({ home }) => {
  assert.is(await codeOf(rotateKey(join(home, 'nowhere'))), 'provisioning/file');
});

test.run();
