// The hub's link to a broker that starts late, stops, or accepts connections and closes them.
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createServer, type TLSSocket } from 'node:tls';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { newKeyPair } from '../../../agent/protocol/cose-key.ts';
import { hubSubscriptions } from '../../../agent/protocol/topics.ts';
import { makeAuthority } from '../../../simulator/hub/keys/authority.ts';
import { connectHub, type HubLink, type HubLinkOptions } from '../../../simulator/hub/routing/hub-link.ts';

const link = await makeAuthority('Test link', newKeyPair(), Date.now);
const { key, certificate: cert } = await link.server('Test broker');

/** The part of a broker that the hub needs: CONNACK, SUBACK and, if `acknowledges`, PUBACK (MQTT 5, 3.2, 3.9, 3.4). */
class TinyBroker {
  readonly messages: string[] = [];
  acknowledges = true;
  /** Number of connections that it refuses with Server unavailable (MQTT 5, 3.2.2.2). */
  refuses = 0;
  #subscribed = Promise.withResolvers<TLSSocket>();
  #watchers: (() => void)[] = [];
  #server = createServer({ key, cert }, socket => {
    socket.on('error', () => socket.destroy());
    socket.on('data', bytes => this.#take(socket, bytes));
  });
  #sockets = new Set<TLSSocket>();

  async listen(): Promise<string> {
    this.#server.on('secureConnection', socket => this.#sockets.add(socket));
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    return `mqtts://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** The next connection, after it has subscribed. */
  async subscribed(): Promise<TLSSocket> {
    const socket = await this.#subscribed.promise;
    this.#subscribed = Promise.withResolvers();
    return socket;
  }

  async received(count: number): Promise<void> {
    while (this.messages.length < count) await new Promise<void>(resolve => this.#watchers.push(resolve));
  }

  close(): void {
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
  }

  #take(socket: TLSSocket, bytes: Buffer): void {
    // each message of these tests is shorter than 128 bytes, so its length is one byte
    for (let rest = bytes; rest.length > 0; rest = rest.subarray(2 + rest[1]!)) {
      const [kind, body] = [rest[0]! >> 4, rest.subarray(2, 2 + rest[1]!)];
      if (kind === 1) socket.write(Buffer.of(0x20, 3, 0, this.refuses-- > 0 ? 0x88 : 0, 0));
      if (kind === 3) this.#publish(socket, body);
      if (kind !== 8) continue;
      const granted = hubSubscriptions([1]).map(() => 1);
      socket.write(Buffer.of(0x90, 3 + granted.length, body[0]!, body[1]!, 0, ...granted));
      this.#subscribed.resolve(socket);
    }
  }

  #publish(socket: TLSSocket, body: Buffer): void {
    const end = 2 + body.readUInt16BE();
    this.messages.push(body.subarray(end + 3).toString());
    if (this.acknowledges) socket.write(Buffer.of(0x40, 2, body[end]!, body[end + 1]!));
    for (const watch of this.#watchers.splice(0)) watch();
  }
}

class Clock {
  readonly waits: number[] = [];
  aheadMs = 0;
  now = () => performance.now() + this.aheadMs;
  sleep = (ms: number, signal: AbortSignal): Promise<void> => {
    this.waits.push(ms);
    return new Promise(resolve => setImmediate(resolve)).then(() => signal.throwIfAborted());
  };
}

async function withLink(
  run: (broker: TinyBroker, hub: HubLink, clock: Clock) => Promise<void>,
  refuses = 0,
): Promise<void> {
  const [broker, clock] = [new TinyBroker(), new Clock()];
  broker.refuses = refuses;
  const options: HubLinkOptions = {
    url: await broker.listen(),
    versions: [1],
    link,
    say: () => undefined,
    take: async () => undefined,
    clock,
    random: () => 1, // the upper bound of each wait
  };
  const hub = await connectHub(options);
  try {
    await run(broker, hub, clock);
  } finally {
    await hub.close();
    await hub.close();
    broker.close();
  }
}

test('the waits grow while a broker accepts and closes connections, until one was stable', () =>
  withLink(async (broker, hub, clock) => {
    const loseAfter = async (ms: number) => {
      const socket = await broker.subscribed();
      await hub.publish('madoguchi/x', Buffer.from('x')); // acknowledged after the subscription
      clock.aheadMs += ms;
      socket.destroy();
    };
    for (let times = 0; times < 5; times++) await loseAfter(0);
    await loseAfter(2000);
    await broker.subscribed();
    assert.equal(clock.waits, [25, 50, 100, 100, 100, 25]);
  }));

test('the hub connects again to a broker that refused connections', () =>
  withLink(async (broker, hub, clock) => {
    await broker.subscribed();
    assert.equal(clock.waits, [25, 50]);
    await hub.publish('madoguchi/x', Buffer.from('x'));
  }, 2));

test('a message without a connection is sent on the next one, and an unacknowledged message is sent again', () =>
  withLink(async (broker, hub) => {
    broker.acknowledges = false;
    const socket = await broker.subscribed();
    const first = hub.publish('madoguchi/x', Buffer.from('first'));
    await broker.received(1);
    const closed = once(socket, 'close');
    socket.destroy();
    await closed;
    broker.acknowledges = true;
    const second = hub.publish('madoguchi/x', Buffer.from('second'));
    await Promise.all([first, second]);
    assert.equal(broker.messages, ['first', 'first', 'second']);
  }));

test('unacknowledged messages are lost without an error when the link closes', () =>
  withLink(async (broker, hub) => {
    broker.acknowledges = false;
    const sent = hub.publish('madoguchi/x', Buffer.from('lost'));
    await broker.received(1);
    await hub.close();
    await sent;
    await hub.publish('madoguchi/x', Buffer.from('never sent'));
    assert.equal(broker.messages, ['lost']);
  }));

test.run();
