// A gate died with a job at the printer: the next one asks the printer, signs evidence of its answer, and prints nothing.
import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { PrintNotes } from '../../../agent/gate/print/print-notes.ts';
import { readEvidence } from '../../../agent/protocol/evidence.ts';
import type { JobOutcome } from '../../../drivers/contract/page.ts';
import { temporaryFolder } from '../../../simulator/temporary-folder.ts';
import { codeOf } from '../../refusal.ts';
import { checked, printed, type Rig, rig } from './gate-rig.ts';
import { sha256 } from './services.ts';

const print = (b: Rig) => b.call('print', { transaction: b.transaction, timeoutMs: 1000 });

/** A gate that has made its job, and printed where `sent`, and is gone. */
async function died({ sent }: { sent: boolean }): Promise<{ gone: Rig; pdf: Buffer }> {
  const gone = rig();
  const { pdf } = await checked(gone);
  await gone.call('createJob', { transaction: gone.transaction });
  if (sent) {
    gone.printer.ending = () => new Promise<JobOutcome>(() => {});
    void print(gone);
    while (gone.printer.documents.length === 0) await new Promise(setImmediate);
  }
  gone.printer.ending = async expected => printed(expected);
  return { gone, pdf };
}

test('evidence of what came out is signed, for the document that the previous gate had checked', async () => {
  const { gone, pdf } = await died({ sent: true });
  const next = rig('/nowhere', { diedAs: gone });
  const { outcome, evidence } = await print(next);
  assert.is(outcome.result, 'printed');
  const said = readEvidence(evidence, Buffer.from(next.transaction, 'hex'), next.signingKey.coseKey);
  assert.equal([said.result, said.job, said.impressions, said.expected], ['printed', 1, 4, 4]);
  assert.equal(said.pdfDigest, sha256(pdf));
  assert.is(next.printer.documents.length, 1, 'that of the gate before');
  assert.equal(next.printer.canceled, []);
});

test('a job that waits for a document is cancelled first: none will come', async () => {
  const { gone } = await died({ sent: false });
  const next = rig('/nowhere', { diedAs: gone });
  next.printer.leftovers = [{ id: 1, uri: '', name: next.transaction, waits: true }];
  const canceled = { jobState: 'canceled', jobReasons: [], impressions: 0 } as const;
  next.printer.ending = async expected => ({ result: 'notPrinted', ...canceled, expected });
  assert.is((await print(next)).outcome.result, 'notPrinted');
  assert.equal([next.printer.canceled, next.printer.documents.length], [[1], 0]);
});

test('the printer is asked for the job by its number, its name and its uuid', async () => {
  const { gone } = await died({ sent: false });
  const next = rig('/nowhere', { diedAs: gone });
  const [note] = await next.parts.notes.list();
  const asked: unknown[] = [];
  next.printer.outcome = async (job, expected) => {
    asked.push(job);
    return printed(expected);
  };
  // a stranger's job has the number of ours after a reset: it is left alone
  next.printer.leftovers = [{ id: note!.job.id, uri: '', name: 'a letter', waits: true }];
  await print(next);
  assert.equal(asked, [{ ...note!.job, name: next.transaction }]);
  assert.equal(next.printer.canceled, []);
});

test('asked again, it answers the same; after the close it is not known any more', async () => {
  const { gone } = await died({ sent: true });
  const next = rig('/nowhere', { diedAs: gone });
  const [first, second] = await Promise.all([print(next), print(next)]);
  assert.equal(first.evidence, second.evidence);
  await next.call('close', { transaction: next.transaction, evidenceReceived: true });
  assert.is(await codeOf(print(next)), 'gate/noTransaction');
});

test('a gate that cannot write the note makes no print, and cancels its job', async () => {
  const b = rig();
  await checked(b);
  b.parts.notes.write = async () => {
    throw Object.assign(new Error('full'), { code: 'ENOSPC' });
  };
  assert.is(await codeOf(b.call('createJob', { transaction: b.transaction })), 'gate/note');
  assert.equal(b.printer.canceled, [1]);
  assert.is(await codeOf(print(b)), 'gate/notChecked');
});

test('notes are files that hold ids, digests and a count only; a damaged one counts as missing', async () => {
  const folder = temporaryFolder('prints');
  const notes = new PrintNotes(join(folder, 'prints'));
  const transaction = 'a'.repeat(32);
  const note = {
    transaction,
    job: { id: 7, uri: 'ipp://localhost/jobs/7', uuid: `urn:uuid:${'0'.repeat(36)}` },
    manifestDigest: Buffer.alloc(32, 1),
    pdfDigest: Buffer.alloc(32, 2),
    expected: 4,
  };
  try {
    assert.is(await notes.find(transaction), undefined);
    await notes.write(note);
    assert.equal(await notes.find(transaction), note);
    const [name] = await readdir(join(folder, 'prints'));
    const path = join(folder, 'prints', name!);
    assert.ok((await readFile(path)).length < 360);
    await writeFile(path, (await readFile(path)).subarray(0, 100));
    assert.is(await notes.find(transaction), undefined);
    await notes.forget(transaction);
    assert.equal(await readdir(join(folder, 'prints')), []);
  } finally {
    await rm(folder, { recursive: true });
  }
});

test.run();
