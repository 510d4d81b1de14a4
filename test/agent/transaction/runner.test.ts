import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { readRecord } from '../../../agent/protocol/ledger.ts';
import { MadoguchiError } from '../../../drivers/base/error.ts';
import { silentLog } from '../../../drivers/base/log.ts';
import { settle } from '../../manual-clock.ts';
import { refusalOf } from '../../refusal.ts';
import { goodDevices } from '../readiness/all-ready.ts';
import { MemoryJournal } from './memory-journal.ts';
import { Stage } from './stage.ts';
import { evidence, transaction } from './story.ts';

const failing =
  (code: string, detail = {}) =>
  async () => {
    throw new MadoguchiError(code, 'planted by the test', 'nothing to do', { detail });
  };
const never = () => new Promise<never>(() => undefined);

test('a whole issue: every step is in the journal, the end record has order, money and evidence', async () => {
  const stage = new Stage();
  const ended = await stage.run().ended;
  assert.is(ended.at, 'done');
  const records = stage.journal.entries.map(({ body }) => readRecord(body));
  assert.equal(
    records.filter(record => record.type === 'step').map(record => record.type === 'step' && record.at),
    stage.steps,
  );
  const end = records.at(-1);
  assert.ok(end?.type === 'end');
  assert.is(end.outcome, 'issued');
  assert.is(end.keptYen, 200);
  assert.is(end.order?.kind, 'juminhyo');
  assert.equal(end.evidence, evidence);
  assert.is(end.transaction.toString('hex'), transaction);
  assert.equal(stage.prompts.slice(-2), ['receipt', 'issued']);
});

test('the log has the reason for which the gate refused a document, and of others the code only', async () => {
  const lines: unknown[] = [];
  for (const code of ['gate/pdfProfile', 'card/foreign']) {
    const stage = new Stage({ gate: { check: failing(code, { rule: 'operator', page: 2, code: 'x' }) } });
    stage.ports.log = { ...silentLog, warn: (event, fields) => lines.push([event, fields]) };
    await stage.run().ended;
  }
  const about = { transaction, effect: 'check' };
  assert.equal(lines, [
    [
      'effect failed',
      { rule: 'operator', page: 2, code: 'gate/pdfProfile', ...about, error: 'gate/pdfProfile' },
    ],
    ['effect failed', { code: 'card/foreign', ...about, error: 'card/foreign' }],
  ]);
});

test('a step is durable before its effects run', async () => {
  const seen: number[] = [];
  const stage: Stage = new Stage({
    gate: {
      createJob: async () => {
        seen.push(stage.journal.entries.length);
        return { job: { id: 5, uri: 'ipp://localhost/5' }, impressions: 1 };
      },
    },
  });
  await stage.run().ended;
  const printStep = stage.journal.entries.findIndex(({ body }) => {
    const record = readRecord(body);
    return record.type === 'step' && record.at === 'print';
  });
  assert.equal(seen, [printStep + 1]);
});

test('a journal that refuses stops everything: nothing more is asked for', async () => {
  const stage: Stage = new Stage({
    gate: {
      check: async () => {
        stage.journal.failure = new Error('disk full');
        return { pages: 1, copies: 1 };
      },
    },
  });
  assert.is((await refusalOf(stage.run().ended, Error)).message, 'disk full');
  assert.not(stage.asked.some(name => name.startsWith('till')));
  assert.equal(
    stage.asked.slice(-2),
    ['check', 'status'],
    'what the check itself asks, and nothing after it',
  );
});

test('a transaction that an earlier run left open at the gate is closed there, and this one served', async () => {
  const left = 'f'.repeat(32);
  let open: string | undefined = left;
  const stage = new Stage({
    gate: {
      open: async () => (open ? failing('gate/transactionOpen', { transaction: open })() : {}),
      close: async ({ transaction: named }) => {
        if (named === open) open = undefined;
        return {};
      },
    },
  });
  assert.is((await stage.run().ended).at, 'done');
  assert.equal(stage.asked.slice(0, 4), ['open', 'close', 'open', 'readCard']);
});

test('a gate that does not open for another reason is not asked again', async () => {
  const stage = new Stage({ gate: { open: failing('door/closed') } });
  assert.is((await stage.run().ended).ending.code, 'gate/lost');
  assert.equal(stage.asked, ['open', 'close']);
});

test('a refusal of the hub ends it with the hub’s code', async () => {
  const stage = new Stage({
    hub: { order: async () => ({ answer: 'refused', service: 'issuing', code: 'issuing/moved' }) },
  });
  const { ending } = await stage.run().ended;
  assert.equal([ending.outcome, ending.code], ['refused', 'issuing/moved']);
});

test('a document that is not what the hub announced is not checked, and no fee is asked for', async () => {
  const stage = new Stage({
    hub: {
      fetch: async ({ offset }) => ({ answer: 'fetch', offset, chunk: Buffer.alloc(50_000, 6) }),
    },
  });
  const { ending } = await stage.run().ended;
  assert.is(ending.code, 'document/digest');
  assert.not(stage.asked.includes('check'));
});

test('paper that ran out since the card came in is noticed before the fee, which is not asked for', async () => {
  for (const [device, change, code] of [
    ['page', { ready: false, reasons: ['media-empty'] }, 'page/paper'],
    ['receipt', { paper: 'out' }, 'receipt/paper'],
  ] as const) {
    const status = async () => ({ ...goodDevices, [device]: { ...goodDevices[device], ...change } });
    const stage = new Stage({ gate: { status } });
    const { ending } = await stage.run().ended;
    assert.equal([ending.outcome, ending.code, ending.keptYen], ['refused', code, 0]);
    assert.not(stage.asked.some(name => name.startsWith('till')));
  }
});

test('a wrong PIN asks again and says so', async () => {
  let tries = 3;
  const stage = new Stage({
    gate: {
      verifyPin: () => (--tries === 2 ? failing('card/wrongPin', { triesLeft: 2 })() : Promise.resolve({})),
    },
  });
  assert.is((await stage.run().ended).at, 'done');
  assert.is(stage.asked.filter(name => name === 'verifyPin').length, 2);
});

test('deadlines run on the injected clock, and cancel what was asked for', async () => {
  const stage = new Stage({ hub: { challenge: never } });
  const { ended } = stage.run();
  while (stage.asked.at(-1) !== 'hub challenge') await new Promise(setImmediate);
  stage.clock.advance(41_000);
  const { ending } = await ended;
  assert.equal([ending.outcome, ending.code], ['abandoned', 'authenticate/timeout']);
});

test('a deadline or failure that comes while the step before it is written is not the next state’s', async () => {
  const stage: Stage = new Stage({ till: { capture: undefined }, gate: { print: never } });
  const runner = stage.run();
  while (stage.asked.at(-1) !== 'till capture') await new Promise(setImmediate);
  const disk = Promise.withResolvers<void>();
  stage.journal.delay = disk.promise;
  runner.dispatch({ is: 'captured' });
  await new Promise(setImmediate);
  stage.clock.advance(60_000);
  await new Promise(setImmediate);
  disk.resolve();
  while (stage.asked.at(-1) !== 'print' && !stage.asked.includes('till void'))
    await new Promise(setImmediate);
  await new Promise(setImmediate);
  assert.is(runner.at, 'print');
  assert.not(stage.asked.includes('till void'));
  runner.leave();
});

test('an end waits for the gate to be closed, also where a document is checked after it', async () => {
  const held = Promise.withResolvers<{ pages: number; copies: number }>();
  const closing = Promise.withResolvers<Record<string, never>>();
  const stage = new Stage({ gate: { check: () => held.promise, close: () => closing.promise } });
  const runner = stage.run();
  let ended = false;
  void runner.ended.then(() => {
    ended = true;
  });
  while (stage.asked.at(-1) !== 'check') await new Promise(setImmediate);
  runner.dispatch({ is: 'gateLost' });
  while (stage.asked.at(-1) !== 'close') await new Promise(setImmediate);
  held.resolve({ pages: 1, copies: 1 });
  await settle();
  assert.not(ended, 'the gate still has the transaction');
  closing.resolve({});
  await runner.ended;
});

test('a wrong PIN without the tries that are left ends it: the number is not guessed', async () => {
  const stage = new Stage({ gate: { verifyPin: failing('card/wrongPin') } });
  const { ending } = await stage.run().ended;
  assert.equal([ending.outcome, ending.code], ['refused', 'card/wrongPin']);
  assert.is(stage.asked.filter(name => name === 'verifyPin').length, 1);
});

test('a till that does not capture is asked for a refund', async () => {
  const stage = new Stage({ till: { capture: 'refused' } });
  const { ending } = await stage.run().ended;
  assert.equal([ending.outcome, ending.code, ending.keptYen], ['abandoned', 'till/notCaptured', 0]);
  assert.equal(stage.asked.slice(-4), ['till capture', 'till status', 'till void', 'close']);
});

test('no paper: the money is returned, and the end holds the evidence', async () => {
  const outcome = {
    result: 'notPrinted',
    jobState: 'aborted',
    jobReasons: [],
    impressions: 0,
    expected: 1,
  } as const;
  const stage = new Stage({ gate: { print: async () => ({ outcome, evidence }) } });
  const { ending } = await stage.run().ended;
  assert.equal([ending.outcome, ending.code], ['refused', 'print/notPrinted']);
  assert.equal(ending.evidence, evidence);
  assert.ok(stage.asked.includes('till void'));
});

test('a gate that died during the print is waited for, and its evidence is taken', async () => {
  let away = 3;
  const outcome = {
    result: 'printed',
    jobState: 'completed',
    jobReasons: ['job-completed-successfully'],
    impressions: 1,
    expected: 1,
  } as const;
  const stage = new Stage({
    gate: { print: async () => (away-- > 0 ? failing('door/closed')() : { outcome, evidence }) },
  });
  const { ended } = stage.run();
  for (let tries = 2; tries <= 3; tries++) {
    while (stage.asked.filter(name => name === 'print').length < tries) await new Promise(setImmediate);
    await new Promise(setImmediate);
    stage.clock.advance(1_000);
  }
  assert.is((await ended).ending.code, 'issued/done');
  assert.is(stage.asked.filter(name => name === 'print').length, 4);
});

test('a claim slip waits for a gate that died in the print and is coming back', async () => {
  let away = 3;
  const stage = new Stage({
    gate: {
      print: failing('gate/noTransaction'),
      printReceipt: async () => (away-- > 0 ? failing('door/closed')() : {}),
    },
  });
  const { ended } = stage.run();
  for (let tries = 1; tries <= 3; tries++) {
    while (stage.asked.filter(name => name === 'printReceipt').length < tries)
      await new Promise(setImmediate);
    await new Promise(setImmediate);
    stage.clock.advance(1_000);
  }
  const { ending } = await ended;
  assert.equal([ending.outcome, ending.keptYen], ['unknown', 200]);
  assert.is(away, -1, 'one slip, at the fourth try');
});

test('a claim slip that never comes out ends in its time, on record all the same', async () => {
  const stage = new Stage({
    gate: { print: failing('gate/noTransaction'), printReceipt: failing('receipt/notReady') },
  });
  const { ended } = stage.run();
  while (!stage.asked.includes('printReceipt')) await new Promise(setImmediate);
  await new Promise(setImmediate);
  stage.clock.advance(21_000);
  const { ending } = await ended;
  assert.equal([ending.outcome, ending.code, ending.keptYen], ['unknown', 'gate/noTransaction', 200]);
});

test('a later run resumes an open transaction from the journal, and brings it to its end', async () => {
  const first = new Stage({ gate: { print: never } });
  const runner = first.run();
  while (first.asked.at(-1) !== 'print') await new Promise(setImmediate);
  runner.leave();
  const second = new Stage({ journal: new MemoryJournal(first.journal.entries) });
  assert.equal(
    second.interrupted.map(({ transaction: id, state }) => [id, state.at]),
    [[transaction, 'print']],
  );
  const { ending } = await second.run({ is: 'restarted' }, second.interrupted[0]!.state).ended;
  assert.is(ending.outcome, 'issued');
  assert.equal(
    second.asked.filter(name => name === 'createJob'),
    [],
  );
  assert.equal(
    new Stage({ journal: new MemoryJournal(second.journal.entries) }).log.checkpoint().oldestOpen,
    undefined,
  );
});

test('a checkpoint alone brings an open transaction back, with where it began', async () => {
  const first = new Stage({ gate: { print: never } });
  first.run();
  while (first.asked.at(-1) !== 'print') await new Promise(setImmediate);
  const { body, oldestOpen } = first.log.checkpoint();
  assert.is(oldestOpen, 1);
  const second = new Stage({ journal: new MemoryJournal([], body) });
  assert.is(second.interrupted[0]?.state.at, 'print');
  assert.equal(second.log.checkpoint(), { body, oldestOpen: 1 });
});

test('an error without one of our codes is reported as internal, without its message', async () => {
  const stage = new Stage({
    gate: {
      check: async () => {
        throw new TypeError('something about a person');
      },
    },
  });
  const { ending } = await stage.run().ended;
  assert.is(ending.code, 'agent/internal');
});

test.run();
