// What a link does about a broker that is silent, refuses, ends the connection, or has limits.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { openLink } from '../../../agent/link/link.ts';
import { type LinkError, reasonOf } from '../../../agent/link/link-error.ts';
import type { Link, LinkOptions } from '../../../agent/link/link-options.ts';
import { newKeyPair } from '../../../agent/protocol/cose-key.ts';
import { topicsOf } from '../../../agent/protocol/topics.ts';
import { type Clock, systemClock } from '../../../drivers/base/clock.ts';
import { refusedWith } from '../../refusal.ts';
import { connack, frame, packets, stubBroker } from './stub-broker.ts';

const terminal = 'shop-1';
const topics = topicsOf(terminal);
const [agentKey, hubKey] = [newKeyPair(), newKeyPair()];
type Says = Parameters<typeof stubBroker>[0];

interface Seen {
  failures: { error: LinkError; wasOnline: boolean }[];
  tooLarge: LinkError[];
  connects(): number;
  /** Resolves with the next failure. */
  failed(): Promise<LinkError>;
}

async function withStub(
  says: Says,
  run: (link: Link, seen: Seen) => Promise<void>,
  more: Partial<LinkOptions> = {},
): Promise<void> {
  const broker = await stubBroker(says);
  let waiting: ((error: LinkError) => void)[] = [];
  const seen: Seen = {
    failures: [],
    tooLarge: [],
    connects: () => broker.connects,
    failed: () => new Promise(resolve => waiting.push(resolve)),
  };
  const link = openLink({
    ...{ url: broker.url, terminal, epoch: 1, software: 'test', agentKey, hubKey: () => hubKey.coseKey },
    clock: systemClock,
    backOff: { initialMs: 20, maxMs: 100 },
    onFailure: (error, wasOnline) => {
      seen.failures.push({ error, wasOnline });
      for (const tell of waiting.splice(0)) tell(error);
    },
    onTooLarge: error => seen.tooLarge.push(error),
    ...more,
  });
  try {
    await run(link, seen);
  } finally {
    await link.close();
    await broker.close();
    waiting = [];
  }
}

const online = (link: Link) =>
  new Promise<void>(resolve => {
    if (link.online) return resolve();
    const stop = link.onOnline(is => {
      if (!is) return;
      stop();
      resolve();
    });
  });

for (const silent of ['subscribe', 'publish'] as const)
  test(`a broker that answers ${silent} never, and pings always, is cut and tried again`, () =>
    withStub(
      ({ type }) => (type === packets[silent] ? null : undefined),
      async (link, seen) => {
        assert.is((await seen.failed()).code, 'link/brokerSilent');
        assert.is((await seen.failed()).code, 'link/brokerSilent');
        assert.ok(seen.connects() >= 2);
        assert.not(link.online);
      },
      { exchangeMs: 100, keepaliveS: 1 },
    ));

test('a broker that accepts and never sends CONNACK is cut and tried again', () =>
  withStub(
    () => null,
    async (_, seen) => {
      assert.is((await seen.failed()).code, 'link/brokerSilent');
      assert.ok(seen.connects() >= 1);
    },
    { connectTimeoutMs: 100 },
  ));

for (const silent of ['connect', 'subscribe', 'publish'] as const)
  test(`close ends a connection that waits for the answer to ${silent}`, () => {
    const asked = Promise.withResolvers<void>();
    return withStub(
      ({ type }) => {
        if (type !== packets[silent]) return undefined;
        asked.resolve();
        return null;
      },
      async link => {
        await asked.promise;
        await link.close();
      },
    );
  });

test("CONNACK's and DISCONNECT's reason codes are reported", () => {
  let refuses = true;
  return withStub(
    ({ type }, socket) => {
      if (type === packets.connect && refuses) return connack(0x87);
      if (type === packets.publish) setTimeout(() => socket.end(frame(packets.disconnect, [0x8b, 0])), 20);
      return undefined;
    },
    async (link, seen) => {
      const first = await seen.failed();
      assert.equal([first.code, reasonOf(first)], ['link/refused', 0x87]);
      assert.equal([link.failure?.code, seen.failures[0]?.wasOnline], ['link/refused', false]);
      refuses = false;
      await online(link);
      assert.is(link.failure, undefined);
      const ended = new Promise<LinkError | undefined>(resolve =>
        link.onOnline((is, failure) => !is && resolve(failure)),
      );
      const failure = await ended;
      assert.equal([failure?.code, failure && reasonOf(failure)], ['link/ended', 0x8b]);
      await seen.failed();
      assert.ok(seen.failures.some(({ wasOnline }) => wasOnline));
    },
  );
});

/** Goes by in no time, where it is a wait of the back-off; the waits are noted. */
const quickClock = (waits: number[], quick: (ms: number) => boolean): Clock => ({
  ...systemClock,
  sleep(ms, signal) {
    if (!quick(ms)) return systemClock.sleep(ms, signal);
    waits.push(ms);
    return systemClock.sleep(1, signal);
  },
});

test('after its session was taken over a terminal waits long, and longer each time', () => {
  const waits: number[] = [];
  return withStub(
    ({ type }, socket) => {
      if (type === packets.publish) setTimeout(() => socket.end(frame(packets.disconnect, [0x8e, 0])), 20);
      return undefined;
    },
    async (_, seen) => {
      for (let times = 0; times < 8; times++) assert.is((await seen.failed()).code, 'link/takenOver');
      assert.equal(
        waits.slice(0, 7),
        [15, 30, 60, 120, 240, 300, 300].map(s => 1000 * s),
      );
    },
    {
      clock: quickClock(waits, ms => ms >= 15_000 && ms % 1000 === 0),
      random: () => 0.5,
      // deadlines that cannot be taken for a wait
      ...{ exchangeMs: 29_999, connectTimeoutMs: 19_999 },
    },
  );
});

for (const [what, answers] of [
  ['before CONNACK', (_: Parameters<Says>[0], socket: Parameters<Says>[1]) => void socket.end()],
  ['after CONNACK', (_: Parameters<Says>[0], socket: Parameters<Says>[1]) => void socket.end(connack())],
] as const)
  test(`a broker that closes ${what} is tried more and more rarely`, () => {
    const waits: number[] = [];
    return withStub(
      (packet, socket) => {
        answers(packet, socket);
        return null;
      },
      async (_, seen) => {
        for (let times = 0; times < 6; times++) await seen.failed();
        assert.equal(waits.slice(0, 5), [10, 20, 40, 50, 50]);
      },
      { clock: quickClock(waits, ms => ms <= 50), random: () => 0.5 },
    );
  });

test('a message that takes longer than the keep-alive interval is not taken for a dead connection', () =>
  withStub(
    ({ type, id, topic }, socket) => {
      if (type !== packets.publish || topic !== topics.ledger) return undefined;
      setTimeout(() => socket.write(frame(packets.puback, [id >> 8, id & 255])), 2500);
      return null;
    },
    async (link, seen) => {
      await online(link);
      await link.publish(topics.ledger, Buffer.alloc(10));
      assert.equal(seen.failures, []);
    },
    { keepaliveS: 1 }, // mqtt.js by itself ends the connection after 1.5 s
  ));

const property = { receiveMaximum: (n: number) => [33, n >> 8, n & 255] };
const maximumPacketSize = (n: number) => [39, n >>> 24, (n >> 16) & 255, (n >> 8) & 255, n & 255];

test('what the broker cannot take is not sent, and is reported; batches are made to fit', () =>
  withStub(
    ({ type }) => (type === packets.connect ? connack(0, maximumPacketSize(1000)) : undefined),
    async (link, seen) => {
      await online(link);
      await refusedWith('link/tooLarge', link.publish(topics.ledger, Buffer.alloc(1000)));
      assert.equal(
        seen.tooLarge.map(({ code }) => code),
        ['link/tooLarge'],
      );
      const carried = await link.carry('ledger', async maxBytes => Buffer.alloc(maxBytes));
      await carried!.published;
      assert.ok(link.online);
    },
  ));

test("no more messages are unanswered than the broker's Receive Maximum", () => {
  let [open, maxOpen] = [0, 0];
  return withStub(
    ({ type, id }, socket) => {
      if (type === packets.connect) return connack(0, property.receiveMaximum(2));
      if (type !== packets.publish) return undefined;
      maxOpen = Math.max(maxOpen, ++open);
      setImmediate(() => {
        open--;
        socket.write(frame(packets.puback, [id >> 8, id & 255]));
      });
      return null;
    },
    async link => {
      await online(link);
      await Promise.all(Array.from({ length: 20 }, () => link.publish(topics.ledger, Buffer.alloc(10))));
      assert.is(maxOpen, 2);
    },
  );
});

test('our Maximum Packet Size is in CONNECT, and a larger message ends the connection at its header', () => {
  let connect: Buffer | undefined;
  return withStub(
    ({ type, body }, socket) => {
      if (type === packets.connect) connect = body;
      // PUBLISH of 256 MiB less one byte, of which only the start is sent
      if (type === packets.publish)
        socket.write(Buffer.concat([Buffer.from([0x30, 0xff, 0xff, 0xff, 0x7f]), Buffer.alloc(5000)]));
      return undefined;
    },
    async (link, seen) => {
      assert.is((await seen.failed()).code, 'link/offline');
      assert.not(link.online);
      assert.ok(connect!.includes(Buffer.from(maximumPacketSize((1 << 20) + 1024))));
    },
  );
});

test.run();
