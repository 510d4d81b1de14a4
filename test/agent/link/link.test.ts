import { once } from 'node:events';
import { createServer, connect as dial, type Socket } from 'node:net';
import { Transform } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { openLink } from '../../../agent/link/link.ts';
import type { Link, LinkOptions } from '../../../agent/link/link-options.ts';
import { newKeyPair } from '../../../agent/protocol/cose-key.ts';
import type { QuestionEnvelope } from '../../../agent/protocol/exchange.ts';
import type { Presence } from '../../../agent/protocol/presence.ts';
import { topicsOf } from '../../../agent/protocol/topics.ts';
import { type Clock, systemClock } from '../../../drivers/base/clock.ts';
import { refusedWith } from '../../refusal.ts';
import { speaking } from '../../versions/later-contract.ts';
import { type Broker, startBroker } from './broker.ts';
import { epoch, TinyHub, terminal, topics } from './tiny-hub.ts';

let broker: Broker;
test.before(async () => {
  broker = await startBroker();
});
test.after(() => broker.close());

const question = { ask: 'challenge', transaction: Buffer.alloc(16, 7) } as const;
const challenge = (id: Buffer, fill = 1) => ({
  id,
  answer: { answer: 'challenge', challenge: Buffer.alloc(32, fill) } as const,
});

/** What was not used, in order: topic and code, and the field that is wrong. */
const unused: string[] = [];
const unusedNow = () => unused.splice(0);

const optionsFor = (hub: TinyHub, url: string): LinkOptions => ({
  url,
  terminal,
  epoch,
  software: 'test',
  agentKey: hub.agentKey,
  hubKey: () => hub.key.coseKey,
  clock: systemClock,
  backOff: { initialMs: 20, maxMs: 100 },
  onUnused: ({ topic, code, path }) => unused.push([topic, code, ...(path ? [path] : [])].join(' ')),
});

const until = (link: Link, online: boolean): Promise<void> =>
  new Promise(resolve => {
    if (link.online === online) return resolve();
    const stop = link.onOnline(now => {
      if (now !== online) return;
      stop();
      resolve();
    });
  });

async function withLink(run: (link: Link, hub: TinyHub) => Promise<void>, url = broker.url): Promise<void> {
  const hub = new TinyHub();
  await hub.connect(broker.url);
  const link = openLink(optionsFor(hub, url));
  try {
    await until(link, true);
    await run(link, hub);
  } finally {
    await link.close();
    await hub.close();
  }
}

test('a listener that is added while the link comes up receives messages too', async () => {
  const wire = await cuttableWire(100);
  const hub = new TinyHub();
  await hub.connect(broker.url);
  const link = openLink(optionsFor(hub, wire.url));
  const came = Promise.withResolvers<string>();
  hub.onPresence = ({ online }) => {
    // the terminal waits for the broker's PUBACK of the birth message, which comes later than the birth message to the hub
    if (online) link.listen('acknowledgement', () => came.resolve('received'));
  };
  const words = setInterval(() => void hub.acknowledge(), 50); // again and again: it is not subscribed yet
  try {
    await until(link, true);
    assert.is(await Promise.race([came.promise, sleep(5000, 'not received')]), 'received');
  } finally {
    clearInterval(words);
    await link.close();
    await hub.close();
    wire.close();
  }
});

const nextQuestion = (hub: TinyHub): Promise<QuestionEnvelope> =>
  new Promise(resolve => {
    hub.onQuestion = resolve;
  });
const presenceThat = (hub: TinyHub, online: boolean): Promise<Presence> =>
  new Promise(resolve => {
    hub.onPresence = presence => presence.online === online && resolve(presence);
  });

const late = (ms: number) =>
  new Transform({
    transform: (bytes, _, done) => void setTimeout(done, ms, null, bytes),
  });

/** A wire to the broker that can be cut without a good-bye; what the broker says comes `lateMs` later. */
async function cuttableWire(lateMs = 0) {
  const sockets = new Set<Socket>();
  const to = Number(new URL(broker.url).port);
  const server = createServer(near => {
    const far = dial(to, '127.0.0.1');
    for (const socket of [near, far]) {
      sockets.add(socket);
      socket.on('error', () => socket.destroy()).on('close', () => sockets.delete(socket));
    }
    near.pipe(far).pipe(late(lateMs)).pipe(near);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  const cut = () => {
    for (const socket of sockets) socket.resetAndDestroy();
  };
  return {
    url: `mqtt://127.0.0.1:${port}`,
    cut,
    close: () => {
      cut();
      server.close();
    },
  };
}

test('a question gets the answer with its own id, whatever the order of answers', () =>
  withLink(async (link, hub) => {
    const asked: QuestionEnvelope[] = [];
    hub.onQuestion = envelope => {
      asked.push(envelope);
      if (asked.length === 2)
        for (const [i, { id }] of [...asked].reverse().entries()) void hub.answer(challenge(id, i));
    };
    const answers = await Promise.all([question, question].map(q => link.ask(q, { timeoutMs: 5000 })));
    assert.equal(
      answers.map(a => a.answer === 'challenge' && a.challenge[0]),
      [1, 0],
    );
    for (const { waitsMs } of asked) assert.ok(waitsMs > 4000 && waitsMs <= 5000, `${waitsMs} ms left`);
  }));

test('a forged answer is dropped, whether by key or by topic, and the true one counts', () =>
  withLink(async (link, hub) => {
    hub.onQuestion = async ({ id }) => {
      await hub.answer(challenge(id, 66), newKeyPair());
      await hub.answer(challenge(id, 66), hub.key, topics.request);
      await hub.answer(challenge(id, 1));
    };
    const answer = await link.ask(question, { timeoutMs: 5000 });
    assert.is(answer.answer === 'challenge' && answer.challenge[0], 1);
    assert.equal(unusedNow(), ['reply protocol/signature', 'reply protocol/signature']);
  }));

test('late, repeated and stray answers are dropped and counted', () =>
  withLink(async (link, hub) => {
    const first = nextQuestion(hub);
    await refusedWith('link/timeout', link.ask(question, { timeoutMs: 100 }));
    const { id: late } = await first;
    const sent = Promise.withResolvers<void>();
    hub.onQuestion = async ({ id }) => {
      await hub.answer(challenge(late));
      await hub.answer(challenge(Buffer.alloc(16, 3)));
      await hub.answer(challenge(id));
      await hub.answer(challenge(id));
      sent.resolve();
    };
    await link.ask(question, { timeoutMs: 5000 });
    await sent.promise; // the repeated answer is on its way before the next question is asked
    hub.onQuestion = ({ id }) => void hub.answer(challenge(id));
    await link.ask(question, { timeoutMs: 5000 }); // behind it, everything before has arrived
    assert.equal(unusedNow(), ['reply unused/late', 'reply unused/stray', 'reply unused/duplicate']);
  }));

test('a question is cancelled by its signal, and no more than eight are open', () =>
  withLink(async link => {
    const stop = new AbortController();
    const asked = Array.from({ length: 8 }, () =>
      link.ask(question, { timeoutMs: 5000, signal: stop.signal }),
    );
    await refusedWith('link/busy', link.ask(question, { timeoutMs: 5000 }));
    stop.abort();
    for (const one of asked) await refusedWith('link/canceled', one);
  }));

test('a link that is cut reports that, and what is asked meanwhile is answered when it is back', async () => {
  const wire = await cuttableWire();
  try {
    await withLink(async (link, hub) => {
      const born = hub.presences.at(-1)!;
      const will = presenceThat(hub, false);
      const down = until(link, false);
      wire.cut();
      await down;
      hub.onQuestion = ({ id }) => void hub.answer(challenge(id));
      await refusedWith('link/offline', link.ask(question, { timeoutMs: 1 }));
      const asked = link.ask(question, { timeoutMs: 10_000 });
      assert.equal((await will).session, born.session);
      await until(link, true);
      assert.is((await asked).answer, 'challenge');
      unusedNow();
    }, wire.url);
  } finally {
    wire.close();
  }
});

test('a newer terminal listens in all of its versions, and asks and brings records in the one that the hub knows, until its connection ends', async () => {
  const [wire, hub] = [await cuttableWire(), new TinyHub()];
  await hub.connect(broker.url);
  const link = openLink({ ...optionsFor(hub, wire.url), contract: speaking(1, 2) });
  const [changes, others]: [number[], string[]] = [[], []];
  link.onVersion(version => changes.push(version));
  hub.onOther = topic => others.push(topic);
  hub.onQuestion = ({ id }) => void hub.answer(challenge(id));
  const carried = async () => {
    let on = '';
    await link.carry('ledger', async (_, topic) => {
      on = topic;
      return undefined;
    });
    return on;
  };
  const later = topicsOf(terminal, 2);
  try {
    for (let connection = 1; connection <= 2; connection++) {
      await until(link, true);
      assert.is(await carried(), later.ledger);
      for (let nth = 0; nth < 2; nth++)
        assert.is((await link.ask(question, { timeoutMs: 10_000 })).answer, 'challenge');
      assert.is(await carried(), topics.ledger);
      assert.equal(
        [changes, others],
        [new Array(connection).fill(1), new Array(connection).fill(later.request)],
      );
      const down = until(link, false);
      wire.cut();
      await down;
    }
    assert.equal(hub.presences.find(({ online }) => online)?.versions, [1, 2]);
  } finally {
    await link.close();
    await hub.close();
    wire.close();
  }
});

test('key and certificates are asked for before each connection', async () => {
  const [wire, hub] = [await cuttableWire(), new TinyHub()];
  await hub.connect(broker.url);
  let asked = 0;
  const tls = async () => {
    asked++;
    return { key: '', cert: '', ca: '' }; // this broker has no TLS
  };
  const link = openLink({ ...optionsFor(hub, wire.url), tls });
  try {
    await until(link, true);
    const down = until(link, false);
    wire.cut();
    await down;
    await until(link, true);
    assert.ok(asked >= 2, `asked for ${asked} times`);
  } finally {
    await link.close();
    await hub.close();
    wire.close();
  }
});

test('a broker that accepts and closes, again and again, is tried more and more rarely, until a connection was stable', async () => {
  const [wire, hub] = [await cuttableWire(), new TinyHub()];
  await hub.connect(broker.url);
  const waits: number[] = [];
  let aheadMs = 0;
  const clock: Clock = {
    ...systemClock,
    now: () => systemClock.now() + aheadMs,
    sleep: (ms, signal) => {
      if (ms < 1000) waits.push(ms); // longer ones are deadlines
      return systemClock.sleep(ms, signal);
    },
  };
  const link = openLink({ ...optionsFor(hub, wire.url), clock, random: () => 0.5 });
  const loseOne = async () => {
    await until(link, true);
    const down = until(link, false);
    wire.cut();
    await down;
  };
  try {
    for (let times = 0; times < 5; times++) await loseOne();
    await until(link, true);
    assert.equal(waits, [10, 20, 40, 50, 50]);
    aheadMs += 10_000;
    await loseOne();
    await until(link, true);
    assert.equal(waits.slice(5), [10]);
  } finally {
    await link.close();
    await hub.close();
    wire.close();
  }
});

test('a question that the broker has is answered across a short cut', async () => {
  const wire = await cuttableWire();
  try {
    await withLink(async (link, hub) => {
      // A second question's answer shows that the broker confirmed the first one.
      const first = nextQuestion(hub);
      const asked = link.ask(question, { timeoutMs: 10_000 });
      const { id } = await first;
      hub.onQuestion = envelope => void hub.answer(challenge(envelope.id));
      await link.ask(question, { timeoutMs: 5000 });
      const down = until(link, false);
      wire.cut();
      await down;
      await until(link, true);
      await hub.answer(challenge(id, 9));
      const answer = await asked;
      assert.is(answer.answer === 'challenge' && answer.challenge[0], 9);
    }, wire.url);
  } finally {
    wire.close();
  }
});

test('birth and good-bye carry one session, and a closed link asks nothing', async () => {
  const hub = new TinyHub();
  await hub.connect(broker.url);
  const birth = presenceThat(hub, true);
  const link = openLink(optionsFor(hub, broker.url));
  const { session } = await birth;
  await until(link, true);
  const goodBye = presenceThat(hub, false);
  const open = link.ask(question, { timeoutMs: 5000 });
  const closed = link.close();
  await refusedWith('link/closed', open);
  await closed;
  assert.equal((await goodBye).session, session);
  await refusedWith('link/closed', link.ask(question, { timeoutMs: 5000 }));
  await link.close();
  await hub.close();
});

/** Its next sleep can be noted. */
class NotingClock implements Clock {
  onSleep: ((ms: number) => void) | undefined;
  now = systemClock.now;
  wall = systemClock.wall;
  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    this.onSleep?.(ms);
    this.onSleep = undefined;
    return systemClock.sleep(ms, signal);
  }
}

interface Twin {
  link: Link;
  /** Resolves when a connection has ended, and it now waits for longer than after any other end: 5 s or more. */
  waitsLong: Promise<Link>;
}

function openTwin(options: LinkOptions): Twin {
  const clock = new NotingClock();
  const link = openLink({ ...options, clock });
  const waitsLong = new Promise<Link>(resolve => {
    let was = false;
    link.onOnline(is => {
      // the first sleep after the end of a connection is the wait for the next one
      if (was && !is) clock.onSleep = ms => ms >= 5000 && resolve(link);
      was = is;
    });
  });
  return { link, waitsLong };
}

/** Two machines with one name at a real broker, which tells neither why it closes. */
async function twins(more: Partial<LinkOptions>, run: (first: Twin, second: Twin) => Promise<void>) {
  const hub = new TinyHub();
  const first = openTwin(optionsFor(hub, broker.url));
  await until(first.link, true);
  const second = openTwin({ ...optionsFor(hub, broker.url), ...more });
  try {
    await run(first, second);
  } finally {
    await first.link.close();
    await second.link.close();
  }
}
const takenOver = (link: Link) =>
  new Promise<void>(resolve =>
    link.onOnline((_, failure) => failure?.code === 'link/takenOver' && resolve()),
  );

test('of two with one name the one that serves nobody gives way, and the other one knows that there are two', () =>
  twins({ yields: true }, async (first, second) => {
    await Promise.all([takenOver(first.link), second.waitsLong]);
    await until(first.link, true);
    assert.equal([first.link.online, second.link.online], [true, false]);
  }));

test('two with one name that both serve disturb each other rarely', () =>
  twins({}, async (first, second) => {
    await Promise.all([takenOver(first.link), takenOver(second.link)]);
    const waiting = await Promise.race([first.waitsLong, second.waitsLong]);
    const serving = waiting === first.link ? second.link : first.link;
    await until(serving, true);
    assert.equal([serving.online, waiting.online], [true, false]);
  }));

test('a broker that is not there is tried again, and a link can be closed meanwhile', async () => {
  const hub = new TinyHub();
  const failures: string[] = [];
  let thrice: () => void = () => undefined;
  const tried = new Promise<void>(resolve => {
    thrice = resolve;
  });
  const link = openLink({
    ...optionsFor(hub, 'mqtt://127.0.0.1:1'),
    onFailure: ({ code }) => failures.push(code) === 3 && thrice(),
  });
  await tried;
  assert.equal(failures, ['link/offline', 'link/offline', 'link/offline']);
  await refusedWith('link/offline', link.ask(question, { timeoutMs: 50 }));
  await link.close();
});

test.run();
