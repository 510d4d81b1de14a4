// The reader with a PC/SC service that fails: back-off, new contexts, merged events, each error code.
import { setImmediate as turn } from 'node:timers/promises';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { pcscCode, pcscFailure } from '../../../drivers/card/pcsc.ts';
import { PcscCardReader } from '../../../drivers/card/pcsc-card-reader.ts';
import { ManualClock } from '../../manual-clock.ts';
import { codeOf } from '../../refusal.ts';
import { FakePcsc, FakeReader } from './fake-pcsc.ts';

const PRESENT = 0x20;
const EMPTY = 0x10;
const state = (counter: number, flags: number) => ({ state: counter * 0x10000 + flags });

async function start(name?: string) {
  const [service, clock, slot] = [new FakePcsc(), new ManualClock(), new FakeReader('ACME Reader 00 00')];
  const random = () => 1; // the upper bound of each wait
  const reader = new PcscCardReader({ openPcsc: service.open, clock, random, ...(name && { reader: name }) });
  const events: string[] = [];
  reader.onEvent(event => events.push(event));
  reader.start();
  const plug = async (counter = 0, flags = EMPTY, into = slot) => {
    service.context.emit('reader', into);
    into.emit('status', state(counter, flags));
    await settled();
    return into;
  };
  return { service, clock, slot, reader, events, plug };
}
/** The driver checks a card that is already in the slot. That takes a few turns of the event loop. */
const settled = async () => {
  for (let turns = 0; turns < 6; turns++) await turn();
};

test('a service that is down is tried again within 0.1, 0.2, 0.4 .. 5 s, until it is up', async () => {
  const { service, clock, reader, plug, events } = await start();
  service.down = true;
  service.context.emit('error', new Error('gone (0x80100013)'));
  await turn();
  const waits: number[] = [];
  while (waits.length < 8) waits.push(await clock.skip());
  assert.equal(waits, [100, 200, 400, 800, 1600, 3200, 5000, 5000]);
  assert.is(await codeOf(reader.open()), 'card/readerOffline');
  service.down = false;
  await clock.skip();
  await turn();
  await plug();
  assert.equal(events, ['online']);
  await reader.close();
  assert.ok(service.context.closed);
});

test('a service that fails soon after each opening is opened less and less often, until it was up for 2 s', async () => {
  const { service, clock, reader } = await start();
  const waits: number[] = [];
  for (const ms of [0, 1999, 0, 2000, 0]) {
    clock.advance(ms);
    const failed = service.context;
    failed.emit('error', new Error('gone (0x80100013)'));
    await settled();
    waits.push(await clock.skip());
    await settled();
    assert.ok(failed.closed);
    assert.not(service.context.closed, 'a new one is open');
  }
  assert.equal(waits, [100, 200, 400, 100, 200]);
  await reader.close();
  assert.is(clock.waiting, 0);
});

test('nothing is opened before `start`, and a new context at least 50 ms after the previous one', async () => {
  const [service, clock] = [new FakePcsc(), new ManualClock()];
  let opened = 0;
  service.on('open', () => opened++);
  const reader = new PcscCardReader({ openPcsc: service.open, clock, random: () => 0 });
  await settled();
  assert.is(opened, 0);
  reader.start();
  reader.start();
  assert.is(opened, 1);
  service.context.emit('error', new Error('gone (0x80100013)'));
  await settled();
  assert.is(await clock.skip(), 50);
  await settled();
  assert.is(opened, 2);
  await reader.close();
});

test('a service without a reader is opened again after 5 s, because it may miss a new reader', async () => {
  const { service, clock, reader } = await start();
  const first = service.context;
  assert.is(await clock.skip(), 5000);
  assert.is(await clock.skip(), 100);
  assert.ok(first.closed);
  await reader.close();
});

test('merged events are distinguished by their counter; a flag alone is not an event', async () => {
  const { slot, reader, events, plug } = await start();
  await plug(1, PRESENT);
  slot.emit('status', state(1, PRESENT | 0x100)); // in use
  slot.emit('status', state(3, PRESENT)); // removed and inserted again
  slot.emit('status', state(5, PRESENT));
  slot.emit('status', state(6, EMPTY));
  await turn();
  assert.equal(events, ['online', 'inserted', 'removed', 'inserted', 'removed', 'inserted', 'removed']);
  await reader.close();
});

test('a lost reader is closed before its context, and its later events are ignored', async () => {
  const { service, slot, reader, events, plug } = await start();
  await plug(1, PRESENT);
  const order: string[] = [];
  const context = service.context;
  slot.close = () => order.push('reader');
  context.close = () => order.push('context');
  slot.emit('end');
  assert.equal(order, [], "not from inside the library's call");
  await turn();
  await turn();
  slot.emit('status', state(9, PRESENT));
  await turn();
  assert.equal(order, ['reader', 'context']);
  assert.equal(events, ['online', 'inserted', 'removed', 'offline']);
  assert.equal([reader.online, reader.present], [false, false]);
  await reader.close();
});

test('only the reader of the configured name is watched', async () => {
  const { reader, events, plug } = await start('ACME');
  await plug(1, PRESENT, new FakeReader('Other 00 00'));
  assert.equal(events, []);
  await plug();
  assert.equal(events, ['online']);
  await reader.close();
});

test('each PC/SC code is mapped to its error', async () => {
  const seen: Record<string, unknown> = {};
  for (const failure of ['8010001d', '8010000b', '8010000c', '80100066', '80100069']) {
    const { slot, reader, plug } = await start();
    await plug(1, PRESENT);
    slot.failure = failure;
    seen[failure] = await codeOf(reader.open());
    await reader.close();
  }
  assert.equal(seen, {
    '8010001d': 'card/readerOffline',
    '8010000b': 'card/readerOffline',
    '8010000c': 'card/absent',
    '80100066': 'card/noApplication',
    '80100069': 'card/absent',
  });
  assert.is(pcscCode(new Error('no code')), undefined);
  assert.is(pcscFailure('not an error'), 'other');
});

test('an open card becomes invalid by one failed transmission or by a second open()', async () => {
  const { slot, reader, plug } = await start();
  await plug(1, PRESENT);
  const first = await reader.open();
  const second = await reader.open();
  assert.is(await codeOf(first.read()), 'card/removed');
  slot.failure = '80100016';
  assert.is(await codeOf(second.read()), 'card/removed');
  slot.failure = undefined;
  assert.is(await codeOf(second.read()), 'card/removed');
  await reader.close();
});

test('a handle that cannot be released makes the driver open a new context', async () => {
  const { service, slot, reader, events, plug } = await start();
  await plug(1, PRESENT);
  await reader.open();
  slot.disconnectFailure = '80100003';
  assert.is(await codeOf(reader.open()), 'card/readerOffline');
  await turn();
  await turn();
  assert.ok(slot.closed && service.context.closed);
  assert.equal(events.slice(2), ['removed', 'offline']);
  await reader.close();
});

test('a card that was present before the start is checked: pcscd may still report a removed card', async () => {
  const ghost = await start();
  ghost.slot.failure = '80100067';
  await ghost.plug(3, PRESENT);
  assert.equal(ghost.events, ['online']);
  assert.not(ghost.reader.present);
  assert.is(await codeOf(ghost.reader.open()), 'card/absent');
  ghost.slot.emit('status', state(3, PRESENT | 0x80));
  await turn();
  assert.equal(ghost.events, ['online'], 'the same card, reported again');
  ghost.slot.emit('status', state(3, EMPTY));
  ghost.slot.emit('status', state(3, PRESENT));
  await settled();
  assert.equal(ghost.events, ['online'], 'nothing was put in: the counter stands still');
  ghost.slot.failure = undefined;
  ghost.slot.emit('status', state(4, EMPTY));
  ghost.slot.emit('status', state(5, PRESENT));
  await turn();
  assert.equal(ghost.events, ['online', 'inserted']);
  await ghost.reader.close();

  const real = await start();
  await real.plug(3, PRESENT);
  assert.equal(real.events, ['online', 'inserted']);
  assert.not(real.slot.connected, 'and left as it was');
  await real.reader.close();
});

test('if open() finds that the card is gone, it is reported as removed', async () => {
  const { slot, reader, events, plug } = await start();
  await plug(0);
  slot.emit('status', state(1, PRESENT));
  await turn();
  slot.failure = '80100069';
  assert.is(await codeOf(reader.open()), 'card/absent');
  assert.equal(events, ['online', 'inserted', 'removed']);
  assert.not(reader.present);
  await reader.close();
});

test.run();
