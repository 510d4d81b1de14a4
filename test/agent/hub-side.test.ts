// The agent's side of the hub as it is put together, without a hub, or at a stub of a broker: what status and conditions say of certificates and messages.
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Stopped } from '../../agent/agent-parts.ts';
import { readHome } from '../../agent/config/home.ts';
import { HubSide } from '../../agent/hub-side.ts';
import { Panel } from '../../agent/panel/panel.ts';
import { readQuestion, signAnswer } from '../../agent/protocol/exchange.ts';
import { type Presence, readPresence } from '../../agent/protocol/presence.ts';
import { topicsOf } from '../../agent/protocol/topics.ts';
import { digestOf, signVersionRefusal } from '../../agent/protocol/version-refusal.ts';
import { hubConditions, warningsOf } from '../../agent/readiness/hub-conditions.ts';
import { type Clock, systemClock } from '../../drivers/base/clock.ts';
import { refusedWith } from '../refusal.ts';
import { hubKey, signingKey, terminal, withHome } from './config/home-folder.ts';
import { connack, frame, packets, publish, stubBroker } from './link/stub-broker.ts';

const day = 86_400_000;
const software = 'madoguchi 0.0.0';
const topics = topicsOf(terminal);

interface Rig {
  side: HubSide;
  /** Lines of the log, as they were written. */
  lines: object[];
  /** Resolves with the wait after the next line of this event, in ms: the next sleep there is. */
  waitAfter(event: string): Promise<number>;
}
interface Given {
  /** How far the terminal's clock is ahead. */
  days?: number;
  /** Default: nobody is there. */
  broker?: string;
  proxy?: string;
  stopped?: Stopped;
}

const withRig = (
  { days = 0, broker = 'mqtts://127.0.0.1:1', proxy, stopped }: Given,
  run: (rig: Rig) => unknown,
) =>
  withHome({}, async folder => {
    const lines: object[] = [];
    const [expected, due]: [Map<string, (ms: number) => void>, ((ms: number) => void)[]] = [new Map(), []];
    const clock: Clock = {
      ...systemClock,
      wall: () => Date.now() + days * day,
      sleep(ms, signal) {
        for (const resolve of due.splice(0)) resolve(ms);
        return systemClock.sleep(ms, signal);
      },
    };
    const note = (event: string, fields?: object) => {
      lines.push({ event, ...fields });
      const resolve = expected.get(event);
      if (resolve) due.push(resolve);
    };
    const home = { ...(await readHome(folder)), broker, proxy };
    const panelSocket = { path: '', panel: new Panel(clock), clock, terminal, software };
    const log = { info: note, warn: note, error: note };
    const stop = new AbortController().signal;
    const parts = { folder, home, clock, log, droppedLogLines: () => 0, panelSocket, stop };
    const side = new HubSide(parts, stopped);
    const waitAfter = (event: string) => new Promise<number>(resolve => expected.set(event, resolve));
    try {
      await run({ side, lines, waitAfter });
    } finally {
      await side.close();
    }
  });

/** A terminal whose clock is `days` ahead, and whose broker is not there. */
const withSide = (days: number, run: (side: HubSide) => void): Promise<void> =>
  withRig({ days }, ({ side }) => run(side));

/** The same, with a broker that answers as `says`. */
async function withBroker(
  says: Parameters<typeof stubBroker>[0],
  given: Given,
  run: (rig: Rig) => unknown,
): Promise<void> {
  const broker = await stubBroker(says);
  try {
    await withRig({ ...given, broker: broker.url }, run);
  } finally {
    await broker.close();
  }
}

const codes = (side: HubSide) => ({
  missing: hubConditions(side.facts()).map(({ code }) => code),
  warnings: warningsOf(side.facts()).map(({ code }) => code),
});

test('a certificate that has run out is named, with its date, in place of the network', async () => {
  await withSide(0, side => {
    assert.equal(codes(side), { missing: ['hub/offline'], warnings: [] });
    const { hubOnline, hub } = side.report;
    assert.equal([hubOnline, hub.brokerOnline, hub.certificate.file], [false, false, 'certificate.pem']);
    assert.ok(Math.abs(hub.certificate.days - 364) <= 1, `${hub.certificate.days} days`);
  });
  await withSide(300, side =>
    assert.equal(codes(side), { missing: ['hub/offline'], warnings: ['certificate/ending'] }),
  );
  await withSide(400, side => {
    assert.equal(codes(side), { missing: ['certificate/expired'], warnings: ['certificate/ending'] });
    const { until, days } = side.report.hub.certificate;
    assert.match(hubConditions(side.facts())[0]?.hint ?? '', `certificate.pem was valid until ${until}.`);
    assert.ok(days < 0);
  });
});

test('a message that was not used is in the status, with why', () =>
  withSide(0, side => {
    assert.equal([side.report.hub.unused, side.report.hub.lastUnused], [0, undefined]);
    const unused = { topic: 'reply', code: 'protocol/schema', path: 'answer.size' } as const;
    side.onUnused(unused);
    assert.equal([side.report.hub.unused, side.report.hub.lastUnused], [1, unused]);
  }));

const journal = { yields: 'journal/altered', stays: 'journal/full' } as const;
const [serverShutsDown, banned] = [0x8b, 0x8a];

for (const [name, code] of Object.entries(journal))
  test(`a terminal that is stopped by ${code} ${name} where the broker ends its session, and says why`, () => {
    const evidence = Buffer.alloc(32, 7);
    const births: Presence[] = [];
    return withBroker(
      ({ type, topic, payload }, socket) => {
        if (type !== packets.publish || topic !== topics.presence) return undefined;
        births.push(readPresence(payload, topic, signingKey.coseKey));
        // after PUBACK, so that the link is online
        setImmediate(() => socket.end(frame(packets.disconnect, [serverShutsDown, 0])));
        return undefined;
      },
      { stopped: { code, evidence } },
      async ({ side, lines, waitAfter }) => {
        const waitMs = await waitAfter('link ended');
        assert.ok(name === 'yields' ? waitMs >= 60_000 : waitMs <= 500, `it waits ${waitMs} ms`);
        assert.equal(births[0]?.stopped, { code, evidence });
        assert.is(births[0]?.software, software);
        const { brokerOnline, failure, reason } = side.report.hub;
        assert.equal([brokerOnline, failure, reason], [false, 'link/ended', serverShutsDown]);
        assert.equal(lines[0], { event: 'link ended', error: 'link/ended', reason: serverShutsDown });
      },
    );
  });

test('a broker that does not let the terminal in is named with its reason, in the status and in the log', () =>
  withBroker(
    ({ type }) => (type === packets.connect ? connack(banned) : undefined),
    {},
    async ({ side, lines, waitAfter }) => {
      await waitAfter('link not opened');
      const { failure, reason } = side.report.hub;
      assert.equal([failure, reason], ['link/refused', banned]);
      assert.equal(lines[0], { event: 'link not opened', error: 'link/refused', reason: banned });
    },
  ));

test("where this machine's clock is wrong, what a resident gets is dated by the hub's", () =>
  withBroker(
    ({ type, topic, payload, id }, socket) => {
      if (type !== packets.publish || topic !== topics.request) return undefined;
      const { id: asked } = readQuestion(payload, topic, signingKey.coseKey);
      const services = { cardAuthentication: true, cardStandard: true, issuing: true };
      const answer = { answer: 'probe', wall: Date.now(), services } as const;
      socket.write(frame(packets.puback, [id >> 8, id & 255]));
      return publish(topics.reply, signAnswer({ id: asked, answer }, topics.reply, hubKey));
    },
    { days: 2 },
    async ({ side }) => {
      await new Promise<void>(resolve => side.onChange(resolve));
      const near = (ms: number | undefined, to: number) => Math.abs(ms! - to) < 60_000;
      assert.ok(near(side.clock.wall(), Date.now()), `${side.clock.wall()}`);
      const { wall, wrongByMs } = side.facts();
      assert.ok(near(wall, Date.now()) && near(wrongByMs, 2 * day), `${wall}, wrong by ${wrongByMs}`);
      const { hubOnline, hub } = side.report;
      assert.equal(
        [hubOnline, hub.brokerOnline, hub.failure, hub.reason],
        [true, true, undefined, undefined],
      );
      assert.ok(near(hub.clockAheadMs, 2 * day), `${hub.clockAheadMs}`);
    },
  ));

test('what the link notices reaches status, conditions and log', () => {
  const maximumPacketSize = [39, 0, 0, 4, 0];
  return withBroker(
    ({ type, topic, payload, id }, socket) => {
      if (type === packets.connect) return connack(0, maximumPacketSize);
      if (type !== packets.publish || topic !== topics.request) return undefined;
      socket.write(frame(packets.puback, [id >> 8, id & 255]));
      socket.write(publish(topics.reply, Buffer.from('neither answer nor refusal')));
      const refusal = { refused: digestOf(payload), versions: [99] };
      return publish(topics.reply, signVersionRefusal(refusal, topics.reply, hubKey));
    },
    {},
    async ({ side, lines }) => {
      await new Promise<void>(resolve => side.onChange(() => side.report.hub.failure && resolve()));
      const { hub } = side.report;
      assert.equal([hub.failure, hub.unused, hub.lastUnused?.topic], ['link/version', 1, 'reply']);
      assert.equal(codes(side).missing, ['hub/version']);
      await refusedWith('link/tooLarge', side.link.publish(topics.ledger, Buffer.alloc(1024)));
      const tooLarge = lines.find(line => 'error' in line && line.error === 'link/tooLarge');
      assert.match(JSON.stringify(tooLarge), /"message too large for the broker".*"maxBytes":1014/);
      Object.defineProperty(side.link, 'bytesPerSecond', { value: 100.4 });
      assert.equal([side.facts().lineTooSlow, side.report.hub.bytesPerSecond], [true, 100]);
    },
  );
});

test('the proxy that the home names is used', async () => {
  const asked = Promise.withResolvers<string>();
  const proxy = createServer(socket => socket.once('data', bytes => asked.resolve(`${bytes}`)));
  await once(proxy.listen(0, '127.0.0.1'), 'listening');
  const { port } = proxy.address() as AddressInfo;
  try {
    await withRig({ proxy: `http://127.0.0.1:${port}` }, async () =>
      assert.match(await asked.promise, /^CONNECT 127\.0\.0\.1:1 /),
    );
  } finally {
    proxy.close();
  }
});

test.run();
