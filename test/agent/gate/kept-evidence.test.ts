// Evidence that the agent has not received: kept by the gate, over its own death too, until the agent has recorded it.
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { PrintNotes } from '../../../agent/gate/print/print-notes.ts';
import { readEvidence } from '../../../agent/protocol/evidence.ts';
import type { JobOutcome } from '../../../drivers/contract/page.ts';
import { temporaryFolder } from '../../../simulator/temporary-folder.ts';
import { settle } from '../../manual-clock.ts';
import { checked, printed, type Rig, rig } from './gate-rig.ts';

const close = (b: Rig, evidenceReceived: boolean) =>
  b.call('close', { transaction: b.transaction, evidenceReceived });
const lateEvidence = (b: Rig) => b.call('lateEvidence', {});

/** A gate whose agent waits for a print no more: it has been closed, and `end` says how the print ends. */
async function givenUp(): Promise<{ b: Rig; end: (outcome: JobOutcome) => void; closing: Promise<unknown> }> {
  const b = rig();
  await checked(b);
  await b.call('createJob', { transaction: b.transaction });
  const ending = Promise.withResolvers<JobOutcome>();
  b.printer.ending = () => ending.promise;
  void b.call('print', { transaction: b.transaction, timeoutMs: 10_000 });
  await settle();
  return { b, end: ending.resolve, closing: close(b, false) };
}

test('the outcome of a print that the agent no longer waited for is signed, and kept until the agent has it', async () => {
  const { b, end, closing } = await givenUp();
  assert.equal(await lateEvidence(b), { pending: true }, 'the print goes on');
  end(printed(4));
  await closing;
  const { found, pending } = await lateEvidence(b);
  assert.equal([found?.transaction, found?.result, pending], [b.transaction, 'printed', true]);
  const said = readEvidence(found!.evidence, Buffer.from(b.transaction, 'hex'), b.signingKey.coseKey);
  assert.equal([said.result, said.impressions], ['printed', 4]);
  assert.equal((await lateEvidence(b)).found, found, 'until the agent has it');
  await close(b, true);
  assert.equal(await lateEvidence(b), { pending: false });
});

test('a gate that dies after it has signed leaves the evidence to the next one, which asks no printer', async () => {
  const { b, end, closing } = await givenUp();
  end(printed(4));
  await closing;
  const next = rig('/nowhere', { diedAs: b });
  next.printer.ending = async () => {
    throw new Error('the printer was asked');
  };
  assert.is((await lateEvidence(next)).found?.result, 'printed');
});

test('a gate that dies before it could sign: the next one asks the printer', async () => {
  const { b } = await givenUp();
  const next = rig('/nowhere', { diedAs: b });
  const aborted = { jobState: 'aborted', jobReasons: [], impressions: 0 } as const;
  next.printer.ending = async expected => ({ result: 'notPrinted', ...aborted, expected });
  const { found } = await lateEvidence(next);
  assert.equal([found?.transaction, found?.result], [b.transaction, 'notPrinted']);
  await close(next, true);
  assert.equal(await lateEvidence(next), { pending: false });
});

test('a transaction that printed nothing, or whose evidence was received, leaves none', async () => {
  for (const evidenceReceived of [true, false]) {
    const b = rig();
    await checked(b);
    await close(b, evidenceReceived);
    assert.equal(await lateEvidence(b), { pending: false });
  }
  const b = rig();
  await checked(b);
  await b.call('createJob', { transaction: b.transaction });
  await b.call('print', { transaction: b.transaction, timeoutMs: 1_000 });
  await close(b, true);
  assert.equal(await lateEvidence(b), { pending: false });
});

test('it is on the disk: written with the note, listed, and gone when it is forgotten', async () => {
  const folder = temporaryFolder('prints');
  try {
    const notes = new PrintNotes(join(folder, 'prints'));
    assert.equal(await notes.list(), []);
    const note = {
      transaction: 'a'.repeat(32),
      job: { id: 1, uri: 'ipp://localhost/jobs/1' },
      manifestDigest: Buffer.alloc(32, 1),
      pdfDigest: Buffer.alloc(32, 2),
      expected: 4,
    };
    const signed = { result: 'unknown' as const, evidence: Buffer.from('e') };
    await notes.write(note);
    await notes.write({ ...note, signed });
    assert.equal(await notes.list(), [{ ...note, signed }]);
    await notes.forget(note.transaction);
    assert.equal(await notes.list(), []);
  } finally {
    await rm(folder, { recursive: true });
  }
});

test.run();
