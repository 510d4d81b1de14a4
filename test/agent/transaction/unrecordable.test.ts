// An event that cannot be recorded counts as not happened: how a transaction ends then.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { limitsOf } from '../../../agent/journal/segment-log.ts';
import { encodeCheckpoint } from '../../../agent/transaction/checkpoint.ts';
import { type Event, encodeEvent } from '../../../agent/transaction/event.ts';
import { next } from '../../../agent/transaction/next.ts';
import type { State } from '../../../agent/transaction/state.ts';
import { TransactionLog } from '../../../agent/transaction/transaction-log.ts';
import { MadoguchiError } from '../../../drivers/base/error.ts';
import { ManualClock } from '../../manual-clock.ts';
import { MemoryJournal } from './memory-journal.ts';
import { Stage } from './stage.ts';
import { evidence, road, transaction } from './story.ts';

test('a job that cannot be recorded ends it with nothing sent, and the fee is returned', async () => {
  const stage = new Stage({
    gate: { createJob: async () => ({ job: { id: 5, uri: 'x'.repeat(1024) }, impressions: 1 }) },
  });
  const { ending } = await stage.run().ended;
  assert.equal(
    [ending.outcome, ending.code, ending.keptYen, ending.owedYen],
    ['refused', 'record/field', 0, 0],
  );
  assert.not(stage.asked.includes('print'));
  assert.ok(stage.asked.includes('till void'));
});

test('an outcome of the print that cannot be recorded ends it unknown, with a claim slip; the log names the field', async () => {
  const outcome = {
    result: 'printed',
    jobState: 'completed',
    jobReasons: [],
    impressions: -2,
    expected: 1,
  } as const;
  const stage = new Stage({ gate: { print: async () => ({ outcome, evidence }) } });
  const errors: object[] = [];
  stage.ports.log = { ...stage.ports.log, error: (event, fields) => errors.push({ event, ...fields }) };
  const { ending } = await stage.run().ended;
  assert.equal([ending.outcome, ending.code, ending.keptYen], ['unknown', 'record/field', 200]);
  assert.is(stage.asked.filter(name => name === 'printReceipt').length, 1);
  assert.equal(errors, [
    {
      ...{ event: 'printEnded', transaction, at: 'print' },
      ...{ error: 'record/field', field: 'impressions' },
    },
  ]);
});

test('what cannot be recorded and came of no work of ours is ignored', async () => {
  const stage = new Stage({ gate: { print: () => new Promise<never>(() => undefined) } });
  const runner = stage.run();
  while (stage.asked.at(-1) !== 'print') await new Promise(setImmediate);
  const before = stage.journal.entries.length;
  runner.dispatch({ is: 'printEnded', result: 'printed', impressions: -2, evidence });
  for (let i = 0; i < 10; i++) await new Promise(setImmediate);
  assert.is(runner.at, 'print');
  assert.is(stage.journal.entries.length, before);
  runner.leave();
});

test('an end that cannot be recorded leaves its step unwritten too', async () => {
  const journal = new MemoryJournal();
  const log = new TransactionLog(new ManualClock());
  log.resume(journal);
  const events = road().slice(0, -1);
  let state: State = { at: 'idle' };
  for (const event of events) {
    state = next(state, event)!.state;
    await log.step(transaction, event, state);
  }
  const done = next(state, { is: 'receiptPrinted' })!.state;
  assert.is(done.at, 'done');
  const wrong = { ...done, ending: { ...(done as { ending: object }).ending, keptYen: -1 } } as State;
  const error = await log.step(transaction, { is: 'receiptPrinted' }, wrong).catch(refused => refused);
  assert.equal([error.code, error.detail], ['record/field', { field: 'keptYen' }]);
  assert.is(journal.entries.length, events.length);
});

const bodyBytes = limitsOf(1 << 20).bodyBytes;

test('a gate that refuses PIN after PIN and never has fewer tries is asked three times', async () => {
  let tries = 0;
  const stage = new Stage({
    gate: {
      verifyPin: async () => {
        throw new MadoguchiError('card/wrongPin', 'played', 'nothing', {
          detail: { triesLeft: 2 + (tries++ % 2) },
        });
      },
    },
  });
  const { ending } = await stage.run().ended;
  assert.equal([ending.outcome, ending.code, tries], ['refused', 'card/locked', 3]);
});

test('a process that dies again and again while money is owed does not fill the checkpoint', async () => {
  const paying = road().slice(
    0,
    road().findIndex(({ is }) => is === 'paid'),
  );
  const restarts: Event[] = Array.from({ length: 1_870 }, () => ({ is: 'restarted' }));
  const events = [...paying, { is: 'declined' } as const, ...restarts].map(encodeEvent);
  let body = encodeCheckpoint([{ transaction, since: 1, events }]);
  const lengths: number[] = [];
  for (let start = 0; start < 100; start++) {
    const log = new TransactionLog(new ManualClock());
    const [open] = log.resume(new MemoryJournal([], body));
    const again = next(open!.state, { is: 'restarted' })!;
    assert.equal(again.effects, [{ do: 'void', amountYen: 200, reportedYen: 0 }]);
    await log.step(transaction, { is: 'restarted' }, again.state);
    body = log.checkpoint().body;
    lengths.push(body.length);
  }
  assert.ok(lengths[10]! > lengths[0]!, 'there was room for some more');
  assert.is(lengths.at(-1), lengths.at(-20));
  assert.ok(body.length < bodyBytes * 0.6, `${body.length} bytes`);
});

test.run();
