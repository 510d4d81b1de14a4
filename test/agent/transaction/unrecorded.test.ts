// A disk that takes no step any more, from each step on: the transaction ends, money goes back or has paper, nothing is begun that no
// step says, and what the disk did not take is in the log, and in the journal as soon as the disk takes anything.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { JournalError } from '../../../agent/journal/journal-error.ts';
import { readRecord } from '../../../agent/protocol/ledger.ts';
import { TransactionLog } from '../../../agent/transaction/transaction-log.ts';
import { silentLog } from '../../../drivers/base/log.ts';
import { ManualClock } from '../../manual-clock.ts';
import { refusedWith } from '../../refusal.ts';
import { MemoryJournal } from './memory-journal.ts';
import { Stage, type StageOptions } from './stage.ts';
import { transaction } from './story.ts';

const readOnly = () => new JournalError('journal/readOnly', { path: '/home/agent/journal' });

/** Takes so many records, then none. */
class DyingJournal extends MemoryJournal {
  left: number;

  constructor(left: number) {
    super();
    this.left = left;
  }

  override async append(body: Buffer) {
    if (this.left-- <= 0) this.failure = readOnly();
    return super.append(body);
  }
}

interface Played {
  stage: Stage<DyingJournal>;
  /** Asked of gate, hub and till once the disk had refused a step. */
  after: string[];
  logged: Record<string, unknown>[];
}

/** One visit whose disk takes `steps` steps. Undefined where the visit needed no more. */
async function visit(steps: number, options: StageOptions = {}): Promise<Played | undefined> {
  const logged: Record<string, unknown>[] = [];
  const stage = new Stage({ ...options, journal: new DyingJournal(steps) });
  let from: number | undefined;
  stage.ports.log = {
    ...silentLog,
    error: (event, fields) => {
      if (event !== 'step not recorded') return;
      from ??= stage.asked.length;
      logged.push(fields ?? {});
    },
  };
  await stage.run().ended;
  return from === undefined ? undefined : { stage, after: stage.asked.slice(from), logged };
}

/** As many visits as a visit has steps: the disk dies at each. */
async function* visits(options: StageOptions = {}): AsyncGenerator<Played & { steps: number }> {
  for (let steps = 1; ; steps++) {
    const played = await visit(steps, options);
    if (!played) return;
    yield { ...played, steps };
  }
}

const begun = (asked: readonly string[]): string[] =>
  asked.filter(what => /^(till (begin|capture)|createJob|print|authenticate|order|verifyPin)$/.test(what));

test('before its first step nothing has begun: the runner says so, and nothing was asked for', async () => {
  const stage = new Stage({ journal: new DyingJournal(0) });
  await refusedWith('journal/readOnly', stage.run().ended);
  assert.equal(stage.asked, []);
});

test('from each step on: the visit ends, nothing is begun, and money that the till may have goes back', async () => {
  let count = 0;
  for await (const { stage, after, logged, steps } of visits()) {
    count++;
    const { asked, held } = stage;
    const what = `${steps} steps: ${asked.join(', ')}`;
    assert.equal(begun(after), [], what);
    assert.ok(held && 'ending' in held && asked.includes('close'), what);
    const isPaid = asked.includes('till begin');
    const isPrinted = asked.includes('print');
    assert.is(asked.includes('till void'), isPaid && !isPrinted, what);
    const { outcome, keptYen, owedYen } = held.ending;
    assert.equal([keptYen, owedYen], [isPrinted ? 200 : 0, 0], what);
    assert.is(outcome === 'issued', isPrinted, what);
    assert.ok(
      logged.every(one => one.path === '/home/agent/journal' && /^[0-9a-f ]+$/.test(String(one.records))),
    );
  }
  assert.ok(count > 12, `${count} steps`);
});

test('where the till keeps the money, a claim slip is printed', async () => {
  let claims = 0;
  for await (const { stage, steps } of visits({ till: { void: 'refused' } })) {
    const isOwed = stage.asked.includes('till void');
    if (isOwed) claims++;
    assert.is(
      stage.held?.at,
      isOwed ? 'refundDue' : stage.asked.includes('print') ? 'done' : 'refused',
      `${steps}`,
    );
    assert.is(stage.prompts.includes('refundDue'), isOwed);
  }
  assert.ok(claims >= 2, `${claims}`);
});

test('a gate whose evidence no disk holds is told to keep it', async () => {
  const received: boolean[] = [];
  const close = async ({ evidenceReceived }: { evidenceReceived: boolean }) => {
    received.push(evidenceReceived);
    return {};
  };
  for await (const { stage } of visits({ gate: { close } })) {
    const last = received.pop();
    if (stage.asked.includes('print')) assert.is(last, false);
  }
});

test('a disk that takes records again gets the steps in order, and the fold of them is the end that was played', async () => {
  for await (const { stage, steps } of visits()) {
    const { journal, log, held } = stage;
    journal.failure = undefined;
    journal.left = Infinity;
    await log.writeRest();
    assert.equal(log.rest, []);
    const records = journal.entries.map(({ body }) => readRecord(body));
    const numbers = records.flatMap(record => (record.type === 'step' ? [record.step] : []));
    assert.equal(
      numbers,
      Array.from(numbers, (_, i) => i),
    );
    const last = records.at(-1);
    assert.ok(last?.type === 'end' && held && 'ending' in held, `${steps}`);
    assert.is(last.outcome, held.ending.outcome);
    const again = new TransactionLog(new ManualClock());
    assert.equal(again.resume(new MemoryJournal(journal.entries)), []);
  }
});

test('the next agent of the process takes them over; what the journal has after all is left out', async () => {
  for await (const { stage } of visits()) {
    for (const extra of [0, 1]) {
      const { journal, log } = stage;
      // the refused record may be on the disk all the same
      const found = log.rest.slice(0, extra).map(({ body }, i) => ({
        ...{ seq: journal.entries.length + 1 + i, tag: Buffer.alloc(16), body },
      }));
      const next = new TransactionLog(new ManualClock());
      next.resume(new MemoryJournal([...journal.entries, ...found]));
      assert.equal(await next.takeOver(log.rest), [], `${extra}`);
    }
  }
});

test('what the next agent cannot write either is kept for the one after it', async () => {
  const played = await visit(12);
  assert.ok(played);
  const { journal, log } = played.stage;
  const dead = new MemoryJournal(journal.entries);
  dead.failure = readOnly();
  const next = new TransactionLog(new ManualClock());
  next.resume(dead);
  await refusedWith('journal/readOnly', next.takeOver(log.rest));
  assert.equal(next.rest, log.rest);
});

test('a restart after it plays the same transaction to an end that agrees', async () => {
  for await (const { stage, steps } of visits()) {
    const second = new Stage({ journal: new MemoryJournal(stage.journal.entries) });
    const [open] = second.interrupted;
    if (!open) continue;
    assert.is(open.transaction, transaction);
    await second.run({ is: 'restarted' }, open.state).ended;
    const { held } = second;
    assert.ok(held && 'ending' in held, `${steps}`);
    const asked = [...stage.asked, ...second.asked];
    if (!asked.includes('print')) assert.equal([held.ending.keptYen, held.ending.owedYen], [0, 0]);
  }
});

test.run();
