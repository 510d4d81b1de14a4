// The life of the journal's data key: rotated while the agent runs, destroyed when nothing needs it, and at the end.
import { copyFile, mkdir, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { readHome } from '../../../agent/config/home.ts';
import { destroyUnusedKeys, formerKeyFile, readJournalKeys } from '../../../agent/config/journal-keys.ts';
import type { Journal } from '../../../agent/journal/journal.ts';
import { keyIdsUnder } from '../../../agent/journal/key-ids.ts';
import { openJournal } from '../../../agent/journal/open-journal.ts';
import { destroyJournal, rotateKey } from '../../../provisioning/journal/data-keys.ts';
import { temporaryFolder } from '../../../simulator/temporary-folder.ts';
import { writeHome } from '../../agent/config/home-folder.ts';
import { body } from '../../agent/journal/journal-rig.ts';
import { codeOf } from '../../refusal.ts';

const test = suite<{ home: string; keys: string }>('journal keys');

test.before.each(async context => {
  context.home = temporaryFolder('journal-keys');
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
}) => {
  const journal = await open(home);
  await append(journal, 1, 3);
  await rotateKey(home);
  await append(journal, 4, 30);
  assert.is((await keyIdsUnder(home)).size, 2);
  await journal.close();
  assert.equal(await destroyUnusedKeys(home), []);
  const again = await open(home);
  assert.is((await again.read(0, { limit: 100 })).length, 30);
  await again.close();
});

test('a former key is destroyed when the hub has what it sealed, and not before', async ({ home, keys }) => {
  const journal = await open(home);
  await append(journal, 1, 3);
  await rotateKey(home);
  await append(journal, 4, 30);
  assert.equal(await destroyUnusedKeys(home), []);
  await isDelivered(journal);
  assert.is((await destroyUnusedKeys(home)).length, 1);
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
  assert.equal((await destroyUnusedKeys(home)).length, 1, 'the one that sealed nothing');
  await again.close();
});

test('a former key stays for as long as a journal that was released, or the telemetry log, needs it', async ({
  home,
  keys,
}) => {
  const journal = await open(home);
  await append(journal, 1, 3);
  await journal.close();
  await rotateKey(home);
  for (const place of ['journal.released-1', 'journal.quarantine', 'telemetry', 'telemetry.aside']) {
    await rename(join(home, 'journal'), join(home, place));
    assert.equal(await destroyUnusedKeys(home), [], place);
    await rename(join(home, place), join(home, 'journal'));
  }
  await rm(join(home, 'journal'), { recursive: true });
  assert.is((await destroyUnusedKeys(home)).length, 1);
  assert.is(await countOf(keys), 1);
});

test('a rotation that was cut off leaves its key where it is', async ({ home, keys }) => {
  const [key] = await readJournalKeys(keys);
  await copyFile(join(keys, 'journal-data.bin'), join(keys, formerKeyFile(key)));
  assert.equal(await destroyUnusedKeys(home), []);
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
  assert.equal(await destroyJournal(home), ['keys/journal-data.bin']);
  assert.is(await countOf(keys), 0);
  assert.is(await codeOf(readHome(home)), 'agent/home');
});

test('whoever insists destroys what was never delivered, but not beside an agent', async ({ home, keys }) => {
  const journal = await open(home);
  await append(journal, 1, 3);
  assert.is(await codeOf(destroyJournal(home, true)), 'journal/inUse');
  assert.is(await countOf(keys), 1);
  await journal.close();
  await destroyJournal(home, true);
  assert.is(await countOf(keys), 0);
});

test('the keys of an earlier enrolment are destroyed too, and count while it is owed', async ({ home }) => {
  await (await open(home)).close();
  const former = join(home, 'former/1');
  await mkdir(former, { recursive: true });
  await copyFile(join(home, 'keys/journal-data.bin'), join(former, 'journal-data.bin'));
  assert.is(await codeOf(destroyJournal(home)), 'provisioning/undelivered');
  const destroyed = ['former/1/journal-data.bin', 'keys/journal-data.bin'];
  assert.equal(await destroyJournal(home, true), destroyed);
  assert.equal(await readdir(former), []);
});

test('a folder without a key has none to rotate', async ({ home }) => {
  assert.is(await codeOf(rotateKey(join(home, 'nowhere'))), 'provisioning/file');
});

test.run();
