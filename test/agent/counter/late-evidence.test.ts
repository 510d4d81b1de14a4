// An agent that gave a print up before the gate had signed: the evidence reaches the ledger and the status all the same.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { GateDoor } from '../../../agent/commands/gate-door.ts';
import { type LedgerRecord, readRecord } from '../../../agent/protocol/ledger.ts';
import { shortNumber } from '../../../agent/transaction/short-number.ts';
import { MadoguchiError } from '../../../drivers/base/error.ts';
import type { ParamsOf, ResultOf } from '../../../drivers/door/types.ts';
import { CounterRig } from './counter-rig.ts';

type Late = ResultOf<GateDoor, 'lateEvidence'>;

/** A gate whose print takes too long; `late` is what it has in the end. */
function lateGate() {
  const closed: ParamsOf<GateDoor, 'close'>[] = [];
  const kept: Late[] = [];
  return {
    closed,
    kept,
    answers: {
      print: async () => {
        throw new MadoguchiError('door/timeout', 'no completion', 'wait');
      },
      close: async (params: ParamsOf<GateDoor, 'close'>) => {
        closed.push(params);
        if (params.evidenceReceived) kept.length = 0;
        return {};
      },
      lateEvidence: async (): Promise<Late> => kept[0] ?? { pending: true },
    },
  };
}

const recordsOf = (rig: CounterRig): LedgerRecord[] =>
  rig.stage.journal.entries.map(({ body }) => readRecord(body));
const evidenceIn = (rig: CounterRig) => recordsOf(rig).filter(record => record.type === 'evidence');

test('evidence signed after the agent gave up is a record of its own, and the claim in the status says it', async () => {
  const gate = lateGate();
  const rig = new CounterRig({ gate: gate.answers });
  await rig.untilShown('insertCard');
  rig.putCard();
  await rig.untilEnded('unknown');
  const transaction = rig.transactions[0]!;
  await rig.until(() => gate.closed.length === 1);
  assert.equal(gate.closed, [{ transaction, evidenceReceived: false }], 'the gate keeps what it signs');
  await rig.untilAsked('lateEvidence');
  assert.equal([rig.counter.status.claims[0]?.outcome, evidenceIn(rig)], ['unknown', []]);

  const evidence = Buffer.from('signed');
  gate.kept.push({ found: { transaction, result: 'notPrinted', evidence }, pending: true });
  rig.counter.onChange();
  await rig.until(() => gate.closed.length === 2);
  assert.equal(gate.closed[1], { transaction, evidenceReceived: true });
  const [record, ...more] = evidenceIn(rig);
  assert.ok(record?.type === 'evidence' && more.length === 0);
  assert.equal(
    [record.transaction.toString('hex'), record.outcome, record.result, record.evidence],
    [transaction, 'unknown', 'notPrinted', evidence],
  );
  const [claim] = rig.counter.status.claims;
  assert.equal([claim?.outcome, claim?.code, claim?.paper], ['unknown', 'door/timeout', 'notPrinted']);
  await rig.close();
});

test('a gate that comes back is asked once; one that has nothing is left alone', async () => {
  const rig = new CounterRig();
  await rig.untilShown('insertCard');
  const asked = () => rig.stage.asked.filter(name => name === 'lateEvidence').length;
  assert.is(asked(), 0);
  rig.counter.onGate({ is: 'open' });
  await rig.until(() => asked() === 1);
  for (let look = 0; look < 3; look++) await rig.counter.look();
  assert.is(asked(), 1);
  await rig.close();
});

test('evidence of a transaction that this agent does not know any more is recorded, and waits for a person too', async () => {
  const gate = lateGate();
  const transaction = 'c'.repeat(32);
  gate.kept.push({ found: { transaction, result: 'printed', evidence: Buffer.from('e') }, pending: false });
  const { close, lateEvidence } = gate.answers;
  const rig = new CounterRig({ gate: { close, lateEvidence } });
  await rig.untilShown('insertCard');
  rig.counter.onGate({ is: 'open' });
  await rig.until(() => gate.closed.length === 1);
  assert.is(evidenceIn(rig).length, 1);
  assert.equal(rig.counter.status.claims, [
    {
      ...{ transaction, number: shortNumber(transaction), outcome: 'unknown', code: 'print/unknown' },
      ...{ owedYen: 0, paper: 'printed' },
    },
  ]);
  await rig.close();
});

test('a journal that takes nothing keeps the evidence at the gate; it is asked for again', async () => {
  const gate = lateGate();
  const transaction = 'c'.repeat(32);
  gate.kept.push({ found: { transaction, result: 'printed', evidence: Buffer.from('e') }, pending: true });
  const { close, lateEvidence } = gate.answers;
  const rig = new CounterRig({ gate: { close, lateEvidence } });
  await rig.untilShown('insertCard');
  rig.stage.journal.failure = new Error('disk full');
  rig.counter.onGate({ is: 'open' });
  await rig.untilAsked('lateEvidence');
  await rig.settle();
  assert.equal([gate.closed, gate.kept.length], [[], 1]);
  rig.stage.journal.failure = undefined;
  rig.counter.onChange();
  await rig.until(() => gate.closed.length === 1);
  assert.is(evidenceIn(rig).length, 1);
  await rig.close();
});

test.run();
