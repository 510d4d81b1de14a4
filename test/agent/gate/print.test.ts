import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { readEvidence } from '../../../agent/protocol/evidence.ts';
import { MadoguchiError } from '../../../drivers/base/error.ts';
import type { JobOutcome } from '../../../drivers/contract/page.ts';
import { ManualClock, settle } from '../../manual-clock.ts';
import { codeOf, outcomeOf } from '../../refusal.ts';
import { authenticated, checked, printed, type Rig, rig } from './gate-rig.ts';
import { order, sha256 } from './services.ts';

const job = (b: Rig) => b.call('createJob', { transaction: b.transaction });
const print = (b: Rig, timeoutMs = 1000) => b.call('print', { transaction: b.transaction, timeoutMs });

test('a right document is printed once, with evidence that the gate signed', async () => {
  const b = rig();
  const { pdf } = await checked(b);
  assert.equal(await b.call('check', { transaction: b.transaction }), { pages: 2, copies: 2 });
  assert.is((await job(b)).impressions, 4);
  const { outcome, evidence } = await print(b);
  assert.is(outcome.result, 'printed');
  const { media, sides } = order;
  assert.equal(b.printer.jobs, [{ name: b.transaction, copies: 2, impressions: 2, media, sides }]);
  assert.equal(b.printer.asked[0], b.printer.jobs[0], 'asked about before the fee');
  assert.equal(
    b.printer.documents.map(d => sha256(d.copy)),
    [sha256(pdf)],
  );
  const said = readEvidence(evidence, Buffer.from(b.transaction, 'hex'), b.signingKey.coseKey);
  assert.equal([said.result, said.job, said.impressions, said.expected], ['printed', 1, 4, 4]);
  assert.equal(said.pdfDigest, sha256(pdf));
  assert.equal(
    b.events.map(event => event.name),
    ['printing'],
  );
});

test('a printer that does not offer the ordered paper is found before the fee; its state is for the agent to judge', async () => {
  for (const [code, expected] of [
    ['page/refused', 'page/refused'],
    ['page/offline', undefined],
  ] as const) {
    const b = rig();
    b.printer.offers = async () => {
      throw new MadoguchiError(code, 'no', 'look');
    };
    assert.is(await outcomeOf(checked(b)), expected);
  }
});

test('a printer that does not answer whether it offers the paper does not use up the time of the check', async () => {
  const b = rig();
  const limits: (number | undefined)[] = [];
  b.printer.offers = async limitMs => void limits.push(limitMs);
  await checked(b);
  assert.equal(limits, [2_500]); // of 10 s: the rig's commands
});

test('a job that failed to be made is not made again', async () => {
  const b = rig();
  await checked(b);
  b.printer.createJob = async () => {
    throw new MadoguchiError('page/offline', 'away', 'look');
  };
  assert.is(await codeOf(job(b)), 'page/offline');
  assert.is(await codeOf(job(b)), 'gate/printedBefore');
  assert.is(await codeOf(print(b)), 'gate/notChecked');
});

test('evidence says not printed for a document that was not sent; for one that may have been sent the printer is asked', async () => {
  const away = rig();
  await checked(away);
  await job(away);
  away.printer.sending = async () => {
    throw new MadoguchiError('page/offline', 'away', 'look');
  };
  assert.is((await print(away)).outcome.result, 'notPrinted');
  assert.equal(away.printer.canceled, [1]);
  const unknown = rig();
  await checked(unknown);
  await job(unknown);
  unknown.printer.sending = async () => {
    throw new MadoguchiError('page/unknown', 'cut off', 'look');
  };
  unknown.printer.ending = async expected => ({ ...printed(expected), result: 'unknown', impressions: 1 });
  const { outcome, evidence } = await print(unknown);
  assert.equal([outcome.result, outcome.impressions], ['unknown', 1]);
  const said = readEvidence(evidence, Buffer.from(unknown.transaction, 'hex'), unknown.signingKey.coseKey);
  assert.is(said.result, 'unknown');
});

/** A printer as slow as `sendMs`, that keeps to its limits as a driver does, and then prints for ever. */
function slowPrinter(b: Rig, sendMs: number): void {
  const clock = b.parts.clock as ManualClock;
  b.printer.sendDocument = async (_job, _pdf, limitMs = Infinity) => {
    await clock.sleep(Math.min(sendMs, limitMs));
    if (sendMs > limitMs) throw new MadoguchiError('page/unknown', 'cut off', 'look');
  };
  b.printer.ending = async (expected, signal) => {
    if (!signal.aborted) await new Promise(resolve => signal.addEventListener('abort', resolve));
    const canceled = b.printer.canceled.length > 0;
    const jobState = canceled ? 'canceled' : 'processing';
    const result = canceled ? 'notPrinted' : 'unknown';
    return { result, jobState, jobReasons: [], impressions: canceled ? 0 : -1, expected };
  };
}

for (const sendMs of [0, 3_000, 60_000])
  test(`sending for ${sendMs} ms is part of the time for paper: the evidence is there when it is over`, async () => {
    const clock = new ManualClock();
    const b = rig('/nowhere', { clock });
    await checked(b);
    await job(b);
    slowPrinter(b, sendMs);
    let printedMs: number | undefined;
    const work = print(b, 4_000).then(result => {
      printedMs = clock.now();
      return result;
    });
    for (let ms = 0; ms < 4_000; ms += 100) await clock.move(100);
    const { outcome, evidence } = await work;
    assert.ok(printedMs! <= 4_000, `${printedMs}`);
    assert.is(outcome.result, 'notPrinted');
    assert.equal(b.printer.canceled, [1]);
    const said = readEvidence(evidence, Buffer.from(b.transaction, 'hex'), b.signingKey.coseKey);
    assert.is(said.result, 'notPrinted');
  });

test('a print that fails without a code ends unknown', async () => {
  const b = rig();
  await checked(b);
  await job(b);
  b.printer.ending = async () => {
    throw new TypeError('a fault of ours');
  };
  const { outcome } = await print(b);
  assert.equal([outcome.result, outcome.impressions], ['unknown', -1]);
});

test('the hub can read the evidence, whatever number the printer reports', async () => {
  for (const wild of [70_000, -7]) {
    const b = rig();
    await checked(b);
    await job(b);
    b.printer.ending = async expected => ({ ...printed(expected), result: 'unknown', impressions: wild });
    const { evidence } = await print(b);
    const said = readEvidence(evidence, Buffer.from(b.transaction, 'hex'), b.signingKey.coseKey);
    assert.equal([said.result, said.impressions], ['unknown', -1]);
  }
});

test('a print that takes too long answers with what is known then', async () => {
  const b = rig();
  await checked(b);
  await job(b);
  b.printer.ending = (expected, signal) =>
    new Promise<JobOutcome>(resolve =>
      signal.addEventListener('abort', () =>
        resolve({ ...printed(expected), result: 'unknown', impressions: 1 }),
      ),
    );
  assert.is((await print(b, 5)).outcome.result, 'unknown');
});

test('the document is zeroed when print ends, and when the transaction does', async () => {
  const b = rig();
  await checked(b);
  await job(b);
  await print(b);
  const { held, copy } = b.printer.documents[0]!;
  assert.is(
    held.every(byte => byte === 0),
    true,
  );
  assert.is(
    copy.every(byte => byte === 0),
    false,
  );
  const other = rig();
  await checked(other);
  const t = other.session.of(other.transaction);
  const secrets = [t.document!.pdf, t.nonce];
  await other.call('close', { transaction: other.transaction, evidenceReceived: true });
  const early = rig();
  await authenticated(early);
  const u = early.session.of(early.transaction);
  secrets.push(u.certificate!, u.authentication!.signature);
  await early.call('close', { transaction: early.transaction, evidenceReceived: true });
  for (const secret of secrets)
    assert.is(
      secret.every(byte => byte === 0),
      true,
    );
  assert.is(await codeOf(other.call('check', { transaction: other.transaction })), 'gate/noTransaction');
});

test('a late job is cancelled, so that it can’t come out for the next customer, and its sheets are counted after that', async () => {
  const ends = { 0: 'notPrinted', 1: 'unknown' } as const;
  for (const [impressions, result] of Object.entries(ends)) {
    const b = rig();
    await checked(b);
    await job(b);
    const stopped = {
      jobState: 'processing-stopped',
      jobReasons: [],
      impressions: Number(impressions),
    } as const;
    b.printer.ending = async (expected, signal) => {
      if (b.printer.canceled.length > 0) return { ...stopped, expected, result, jobState: 'canceled' };
      await new Promise(resolve => signal.addEventListener('abort', resolve));
      return { ...stopped, expected, result: 'unknown' };
    };
    const { outcome, evidence } = await print(b, 20);
    assert.equal([outcome.result, outcome.jobState, b.printer.canceled], [result, 'canceled', [1]]);
    const said = readEvidence(evidence, Buffer.from(b.transaction, 'hex'), b.signingKey.coseKey);
    assert.equal([said.result, said.impressions], [result, Number(impressions)]);
  }
});

test('close waits for a print under way, and lets no other transaction in before its end', async () => {
  const b = rig();
  await checked(b);
  await job(b);
  const { promise, resolve } = Promise.withResolvers<void>();
  b.printer.ending = async expected => {
    await promise;
    return printed(expected);
  };
  const printing = print(b);
  const closing = b.call('close', { transaction: b.transaction, evidenceReceived: true });
  await settle();
  assert.is(await codeOf(b.call('open', { transaction: '1'.repeat(32) })), 'gate/transactionOpen');
  resolve();
  assert.is((await printing).outcome.result, 'printed');
  await closing;
  await b.call('open', { transaction: '1'.repeat(32) });
});

test.run();
