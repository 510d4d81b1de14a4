// `npm run conformance -- terminal`: its lists are whole, and its parts that need no terminal. terminal.mutants.ts plays it.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { readPdfFile } from '../../agent/gate/pdf/file.ts';
import { UsageError } from '../../conformance/form.ts';
import { requirementsOf } from '../../conformance/requirements.ts';
import { unlisted } from '../../conformance/scorecard.ts';
import { checks } from '../../conformance/terminal/checks.ts';
import { form } from '../../conformance/terminal/form.ts';
import { LedgerJudge } from '../../conformance/terminal/ledger-judge.ts';
import { notVisible } from '../../conformance/terminal/not-visible.ts';
import { PacketReader } from '../../conformance/terminal/packets.ts';
import { withRevision } from '../../conformance/terminal/revision.ts';
import { handmade, smallest } from '../agent/gate/pdf/handmade.ts';
import { codeOf, refusalOf } from '../refusal.ts';
import { terminalMutants } from './terminal-mutants.ts';

test('each requirement of a terminal is shown by a check, or listed with the reason why none can', () => {
  assert.equal(unlisted(requirementsOf('T'), checks, notVisible), []);
  const names = checks.map(({ name }) => name);
  assert.is(new Set(names).size, names.length);
  for (const { fails, keeps } of terminalMutants)
    for (const number of [fails, ...keeps])
      assert.ok(
        checks.some(({ shows }) => shows.includes(number)),
        number,
      );
});

const wrong: [args: string[], says: RegExp][] = [
  [['--only', 'MDG-T-999'], /no MDG-T of that number/],
  [['--ours', '--start', 'true'], /--ours has commands of its own/],
  [['--everything'], /--everything/],
];

for (const [args, says] of wrong)
  test(`a wrong command line says what is wrong: ${says}`, async () => {
    const error = await refusalOf(
      form.run(args, () => undefined),
      UsageError,
    );
    assert.match(error.message, says);
  });

/** CONNECT of MQTT 5: clean start, will of QoS 1 retained, properties, and a PUBLISH behind it. */
const text = (value: string): number[] => [0, value.length, ...Buffer.from(value)];
const connect = [
  ...text('MQTT'),
  ...[5, 0x2e, 0, 30],
  ...[10, 0x27, 0, 0x10, 0x04, 0, 0x11, 0, 0, 0, 7],
  ...text('t-1'),
  ...[0, ...text('a/presence'), ...text('will')],
];
const publish = [...text('a/request'), 0, 1, 0, ...Buffer.from('body')];
const stream = Buffer.from([0x10, connect.length, ...connect, 0x32, publish.length, ...publish, 0xc0, 0]);

test('packets are read whole, in whatever pieces they come', () => {
  for (const size of [1, 7, stream.length]) {
    const reader = new PacketReader();
    const packets = [];
    for (let at = 0; at < stream.length; at += size)
      packets.push(...reader.read(stream.subarray(at, at + size)));
    assert.equal(packets, [
      {
        ...{ is: 'connect', version: 5, clean: true, keepAliveS: 30, clientId: 't-1' },
        ...{ userName: false, password: false, maxPacketBytes: 1_049_600, sessionExpiryS: 7 },
        will: { topic: 'a/presence', payload: Buffer.from('will'), qos: 1, retain: true },
      },
      {
        is: 'publish',
        topic: 'a/request',
        payload: Buffer.from('body'),
        qos: 1,
        retain: false,
        propertyBytes: 0,
      },
      { is: 'other', type: 12 },
    ]);
  }
});

test('a packet that is too large, or whose fields end early, is an error', () => {
  assert.throws(() => new PacketReader(100).read(Buffer.from([0x30, 0x80, 0x01])), /128 bytes/);
  assert.throws(() => new PacketReader().read(Buffer.from([0x30, 3, 0, 9, 1])), /end early/);
});

const terminal = 'shop-1';
const session = Buffer.alloc(16);
const tag = Buffer.alloc(16, 1);
const bodies = (...names: string[]) => names.map(name => ({ tag, body: Buffer.from(name) }));
const batch = (from: number, ...names: string[]) => ({
  ...{ terminal, session, epoch: 1, from, records: bodies(...names) },
});
const acknowledgement = (upto: number, generation = 1) => ({
  ...{ terminal, session, epoch: 1, upto, tag, generation, refused: [] },
});

test('batches in order are right, also where they begin again, on a new connection and after a restore', () => {
  const judge = new LedgerJudge();
  const right = (from: number, ...names: string[]) => assert.equal(judge.batch(batch(from, ...names)), []);
  right(1, 'a', 'b');
  right(3, 'c');
  right(1, 'a', 'b', 'c');
  judge.acknowledged(acknowledgement(2));
  judge.connected();
  right(3, 'c', 'd');
  judge.acknowledged(acknowledgement(4));
  right(5);
  judge.acknowledged(acknowledgement(1, 2));
  right(2, 'b', 'c', 'd');
});

test('a gap, another record under a number, too many bytes and too many batches are told', () => {
  const judge = new LedgerJudge();
  assert.match(judge.batch(batch(2, 'b')).join(), /begins at 2/);
  assert.match(judge.batch(batch(2, 'x')).join(), /record 2 came again with other bytes/);
  assert.match(judge.batch(batch(3, 'x'.repeat(200_000), 'y'.repeat(100_000))).join(), /300000 bytes/);
  const wrongs = [5, 6, 7, 8, 9].map(from => judge.batch(batch(from, 'z')).join());
  assert.match(wrongs.at(-1)!, /batches are unanswered/);
});

test('a revision that the kit appends to a file is one that the gate refuses', async () => {
  const file = handmade(smallest);
  readPdfFile(file);
  const revised = withRevision(file);
  assert.match(revised.toString('latin1'), /OpenAction <<\/S \/JavaScript/);
  assert.match(String(await codeOf(() => readPdfFile(revised))), /revision/);
});

test.run();
