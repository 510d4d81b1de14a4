import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { Handshake } from '../../../drivers/pinpad/handshake.ts';
import { ManualClock } from '../../manual-clock.ts';
import { FakeLine } from '../line/fake-line.ts';
import { refusal } from './refusal.ts';

const cancel = '0237320306'; // packet 72
const ack = '06';
const nak = '15';
const eot = '04';
const dialect = {
  timing: { ackMs: 3000, replyMs: 6000, tries: 3 },
  framing: { maxBody: 255, betweenBytesMs: 500, sevenBit: true },
};

function setUp() {
  const line = new FakeLine();
  const clock = new ManualClock();
  return { line, clock, handshake: new Handshake(line, clock, dialect) };
}

test('two NAKs, then ACK: the frame was sent three times', async () => {
  const { line, handshake } = setUp();
  const sent = handshake.session(() => handshake.send('transaction', '72'));
  for (const [index, answer] of [nak, nak, ack].entries()) {
    await line.wrote(index + 1);
    line.put(answer);
  }
  assert.is(await sent, 'acknowledged');
  assert.equal(line.written, [cancel, cancel, cancel]);
});

test('three NAKs: EOT and an error', async () => {
  const { line, handshake } = setUp();
  const sent = refusal(handshake.session(() => handshake.send('transaction', '72')));
  for (let time = 1; time <= 3; time++) {
    await line.wrote(time);
    line.put(nak);
  }
  assert.is(await sent, 'pinpad/protocol notUnderstood');
  assert.equal(line.written, [cancel, cancel, cancel, eot]);
});

test('no answer: three tries of 3 s, EOT, offline', async () => {
  const { line, clock, handshake } = setUp();
  const sent = refusal(handshake.session(() => handshake.send('transaction', '72')));
  for (let time = 1; time <= 3; time++) {
    await line.wrote(time);
    await clock.skip();
  }
  assert.is(await sent, 'pinpad/offline noAnswer');
  assert.equal(line.written, [cancel, cancel, cancel, eot]);
  assert.is(clock.now(), 9000);
});

test('EOT as the answer ends the session', async () => {
  const { line, handshake } = setUp();
  const sent = handshake.session(() => handshake.send('transaction', '72'));
  await line.wrote(1);
  line.put(eot);
  assert.is(await sent, 'ended');
});

test('an old frame before the ACK gets its own ACK and is dropped', async () => {
  const { line, handshake } = setUp();
  const sent = handshake.session(() => handshake.send('transaction', '72'));
  await line.wrote(1);
  line.put('02 37 31 31 03 34');
  await line.wrote(2);
  line.put(ack);
  assert.is(await sent, 'acknowledged');
  assert.equal(line.written, [cancel, ack]);
});

test('a frame between two sessions is acknowledged, and is not an answer in the next', async () => {
  const { line, clock, handshake } = setUp();
  line.put('02 37 31 31 03 34');
  await line.wrote(1);
  assert.equal(line.written, [ack]);
  const got = handshake.session(() => handshake.receive('transaction', 1000));
  await clock.skip();
  assert.is(await got, 'silence');
});

test('left-over frames of one session are not an answer in the next', async () => {
  const { line, clock, handshake } = setUp();
  const first = handshake.session(() => handshake.send('transaction', '72'));
  await line.wrote(1);
  line.put(`${ack}${eot}`);
  assert.is(await first, 'acknowledged');
  const next = handshake.session(() => handshake.receive('transaction', 1000));
  await clock.skip();
  assert.is(await next, 'silence');
});

test('two broken frames are requested again; the third, valid one is accepted', async () => {
  const { line, handshake } = setUp();
  const got = handshake.session(() => handshake.receive('transaction', 1000));
  line.put('02 37 31 31 03 35');
  line.put('02 37 31 31 03 35');
  await line.wrote(2);
  line.put('02 37 31 31 03 34');
  const frame = await got;
  assert.ok(typeof frame === 'object');
  assert.is(frame.body.toString(), '711');
  assert.equal(line.written, [nak, nak, ack]);
});

test('three broken frames: EOT', async () => {
  const { line, handshake } = setUp();
  const got = refusal(handshake.session(() => handshake.receive('transaction', 1000)));
  for (let time = 0; time < 3; time++) line.put('02 37 31 31 03 35');
  assert.is(await got, 'pinpad/protocol noise');
  assert.equal(line.written, [nak, nak, eot]);
});

test('noise does not lengthen the wait', async () => {
  const { line, clock, handshake } = setUp();
  const got = handshake.session(() => handshake.receive('transaction', 1000));
  clock.advance(900);
  line.put(`${ack}${nak}41`);
  await new Promise(setImmediate);
  await clock.skip();
  assert.is(await got, 'silence');
  assert.is(clock.now(), 1000);
  assert.is(handshake.framing.skipped, 1);
});

test('the line is lost during a wait', async () => {
  const { line, handshake } = setUp();
  const got = refusal(handshake.session(() => handshake.receive('transaction', 1000)));
  line.lose();
  assert.is(await got, 'pinpad/offline');
});

test.run();
