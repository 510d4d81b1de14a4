// Acknowledgements that the hub rightly signed and that make no sense: neither log falls silent, and the agent's log stays short.
import { createSecretKey, randomBytes } from 'node:crypto';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Journal } from '../../../agent/journal/journal.ts';
import { openJournal } from '../../../agent/journal/open-journal.ts';
import { startDrain } from '../../../agent/ledger/drain.ts';
import { ledgerLog, telemetryLog } from '../../../agent/ledger/drained-log.ts';
import { refusedFields } from '../../../agent/ledger/refused-records.ts';
import type { Link } from '../../../agent/link/link-options.ts';
import { newKeyPair } from '../../../agent/protocol/cose-key.ts';
import {
  type Acknowledgement,
  type Batch,
  readBatch,
  signAcknowledgement,
} from '../../../agent/protocol/ledger.ts';
import { readTelemetryBatch } from '../../../agent/protocol/telemetry.ts';
import { topicsOf } from '../../../agent/protocol/topics.ts';
import { temporaryFolder } from '../../../simulator/temporary-folder.ts';
import { ManualClock } from '../../manual-clock.ts';

const terminal = 'shop-1';
const topics = topicsOf(terminal);
const [agent, hub] = [newKeyPair(), newKeyPair()];
const dir = temporaryFolder('senseless');
test.after(() => rmSync(dir, { recursive: true }));

type Change = (right: Acknowledgement, batch: Batch) => Partial<Acknowledgement>;

/** A log of 5 records whose first answers are changed so, one after the other, before the hub answers rightly. */
async function drained(kind: 'ledger' | 'telemetry', ...changes: Change[]) {
  const isLedger = kind === 'ledger';
  const journal: Journal = await openJournal({
    ...{ log: kind, folder: join(dir, randomBytes(6).toString('hex')), terminal, epoch: 1 },
    dataKeys: [createSecretKey(Buffer.alloc(32, 3))],
    checkpoint: () => ({ body: Buffer.alloc(1) }),
    ...{ reserveSegments: 1, segmentBytes: 64 << 10, budgetBytes: 256 << 10, keepBytes: 0 },
    whenFull: isLedger ? 'refuse' : 'dropOldest',
  });
  for (let n = 1; n <= 5; n++) await journal.append(Buffer.from(`record ${n}`));
  const clock = new ManualClock();
  const [topic, reply] = isLedger
    ? [topics.ledger, topics.acknowledgement]
    : [topics.telemetry, topics.telemetryAcknowledgement];
  let listener: (payload: Buffer, topic: string) => void = () => undefined;
  const log = { alarms: [] as string[], unused: [] as string[], refused: [] as string[], batches: 0 };
  const link = {
    online: true,
    carry: async (_: string, make: (maxBytes: number, topic: string) => Promise<Buffer | undefined>) => {
      const payload = await make(1 << 20, topic);
      if (!payload) return undefined;
      log.batches++;
      const batch = (isLedger ? readBatch : readTelemetryBatch)(payload, topic, agent.coseKey);
      const { session, from, records } = batch;
      const tag = records.at(-1)?.tag ?? journal.acknowledged.tag;
      const right: Acknowledgement = {
        ...{ terminal, epoch: 1, session, upto: from + records.length - 1, tag, generation: 1 },
        refused: [],
      };
      const change = changes.shift();
      const word = { ...right, ...change?.(right, batch) };
      setImmediate(() => listener(signAcknowledgement(word, reply, hub), reply));
      return { published: Promise.resolve() };
    },
    listen: (_: string, take: (payload: Buffer, topic: string) => void) => {
      listener = take;
      return () => undefined;
    },
    onOnline: () => () => undefined,
    onVersion: () => () => undefined,
  } as unknown as Link;
  const drain = startDrain({
    ...{ log: isLedger ? ledgerLog : telemetryLog, journal, link, terminal, epoch: 1, clock },
    ...{ agentKey: agent, hubKey: () => hub.coseKey, random: () => 0 },
    onAlarm: ({ code }) => log.alarms.push(code),
    onUnused: ({ code, path }) => log.unused.push(`${code} ${path ?? ''}`.trim()),
    onRefused: refused => log.refused.push(JSON.stringify(refusedFields(refused))),
  });
  try {
    for (let turn = 0; turn < 40 && log.alarms.length === 0 && drain.state.acknowledged < 5; turn++) {
      for (let i = 0; i < 20; i++) await new Promise(setImmediate);
      clock.advance(60_000);
    }
    const { generation } = journal.acknowledged;
    return { ...log, acknowledged: drain.state.acknowledged, generation };
  } finally {
    await drain.close();
    await journal.close();
  }
}

const other = Buffer.alloc(16, 9);
const wrong: [what: string, change: Change, ledger: string, unused: string][] = [
  ['more records than there are', () => ({ upto: 99 }), 'journal/rolledBack', 'unused/foreign upto'],
  ['another tag', () => ({ tag: other }), 'journal/foreignAcknowledgement', 'unused/foreign upto'],
  [
    'a tag for none',
    () => ({ upto: 0, tag: other }),
    'journal/foreignAcknowledgement',
    'unused/foreign upto',
  ],
];
for (const [what, change, alarm, unused] of wrong) {
  test(`telemetry goes on after an acknowledgement of ${what}`, async () => {
    const end = await drained('telemetry', change);
    assert.equal([end.acknowledged, end.alarms, end.unused], [5, [], [unused]]);
  });
  test(`the ledger stops at an acknowledgement of ${what}: a person decides`, async () => {
    const end = await drained('ledger', change);
    assert.equal([end.acknowledged, end.alarms], [0, [alarm]]);
  });
}

test('a generation that was never reached silences no telemetry', async () => {
  const end = await drained('telemetry', ({ session }) => ({
    ...{ session, upto: 0, tag: Buffer.alloc(16), generation: 2 ** 32 },
  }));
  assert.equal([end.acknowledged, end.alarms, end.unused], [5, [], []]);
});

test('a generation that was never reached holds the ledger up for one wait: an answer to a new session counts', async () => {
  for (const upto of [0, 3]) {
    const end = await drained('ledger', (_, { records }) => ({
      ...{ upto, tag: upto === 0 ? Buffer.alloc(16) : records[upto - 1]!.tag, generation: 2 ** 32 },
    }));
    assert.equal([end.acknowledged, end.alarms, end.unused], [5, [], ['unused/outdated generation']]);
    assert.is(end.generation, 1);
  }
});

test('an older generation in the same session is late, and moves nothing', async () => {
  const end = await drained(
    'ledger',
    (_, { records }) => ({ upto: 3, tag: records[2]!.tag, generation: 2 }),
    () => ({ generation: 1 }),
    () => ({ session: other }),
    () => ({ generation: 2 }),
  );
  assert.equal(end.unused, ['unused/outdated generation', 'unused/outdated session']);
  assert.equal([end.acknowledged, end.alarms, end.generation], [5, [], 2]);
});

test('a right answer whose session, enrolment or form is wrong moves neither log, and both go on', async () => {
  for (const kind of ['ledger', 'telemetry'] as const) {
    const end = await drained(
      kind,
      () => ({ session: other }),
      () => ({ epoch: 2 }),
      () => ({ generation: 0 }),
      () => ({ refused: [{ seq: 6, code: 'ledger/schema' }] }),
      ({ upto }) => ({
        refused: Array.from({ length: 10_000 }, (_, i) => ({ seq: upto + i + 1, code: 'ledger/schema' })),
      }),
    );
    assert.equal([end.acknowledged, end.alarms, end.refused], [5, [], []]);
    assert.equal(end.unused, [
      'unused/outdated session',
      'unused/outdated epoch',
      'protocol/schema generation',
      'protocol/schema refused',
      'protocol/schema refused',
    ]);
  }
});

test('refused records are reported once, in one line for an acknowledgement', async () => {
  const refused = [1, 2, 3, 4].map(seq => ({ seq, code: 'ledger/schema' }));
  const end = await drained(
    'ledger',
    (_, { records }) => ({ upto: 3, tag: records[2]!.tag, refused: refused.slice(0, 3) }),
    () => ({ refused }),
  );
  assert.equal(end.refused, [
    '{"records":3,"from":1,"upto":3,"code":"ledger/schema"}',
    '{"records":1,"from":4,"upto":4,"code":"ledger/schema"}',
  ]);
});

test.run();
