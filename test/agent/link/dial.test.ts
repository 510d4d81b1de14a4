// The ways to the broker: TLS 1.3 with the broker's name, through a proxy, and by WebSocket.
import { once } from 'node:events';
import { createServer as createHttp } from 'node:http';
import { createServer as createHttps } from 'node:https';
import {
  type AddressInfo,
  connect as connectTcp,
  createServer as createTcp,
  type Server,
  type Socket,
} from 'node:net';
import { createServer as createTls, type TLSSocket, type TlsOptions } from 'node:tls';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createWebSocketStream, WebSocketServer } from 'ws';
import { dial } from '../../../agent/link/dial.ts';
import { openLink } from '../../../agent/link/link.ts';
import type { Link } from '../../../agent/link/link-options.ts';
import { patient } from '../../../agent/link/tunnel.ts';
import { newKeyPair } from '../../../agent/protocol/cose-key.ts';
import { systemClock } from '../../../drivers/base/clock.ts';
import { makeAuthority } from '../../../simulator/hub/keys/authority.ts';
import { refusalOf, refusedWith } from '../../refusal.ts';
import { startBroker } from './broker.ts';
import { type ConnectProxy, startProxy as openProxy } from './proxy.ts';
import { epoch, TinyHub, terminal } from './tiny-hub.ts';

const authority = await makeAuthority('Test link', newKeyPair(), Date.now);
const server = await authority.server('broker');
const client = await authority.client(terminal);
const served = {
  ...{ key: server.key, cert: server.certificate, ca: authority.certificate },
  ...{ requestCert: true, rejectUnauthorized: true },
};
const tls = { key: client.key, cert: client.certificate, ca: authority.certificate };
const maxPacketBytes = 1 << 20;
const { signal } = new AbortController();

const sockets = new Set<Socket>();
const servers: Server[] = [];
/** The port of a server that is closed, with its connections, after the tests. */
async function listening(one: Server): Promise<number> {
  servers.push(one);
  one.on('connection', socket => sockets.add(socket.on('error', () => undefined)));
  await once(one.listen(0, '127.0.0.1'), 'listening');
  return (one.address() as AddressInfo).port;
}
test.after(() => {
  for (const socket of sockets) socket.destroy();
  for (const proxy of proxies) proxy.close();
  for (const one of servers) one.close();
});

const tlsServer = (options: TlsOptions, onSocket: (socket: TLSSocket) => void = () => undefined) =>
  listening(createTls({ ...served, ...options }, onSocket).on('tlsClientError', () => undefined));

test('TLS 1.3 is spoken, and the first connection names the broker', async () => {
  const { promise: come, resolve } = Promise.withResolvers<TLSSocket>();
  const port = await tlsServer({}, resolve);
  const stream = await dial({ url: `mqtts://localhost:${port}`, tls, maxPacketBytes, signal });
  const socket = await come;
  assert.equal(
    [socket.getProtocol(), (socket as { servername?: string }).servername],
    ['TLSv1.3', 'localhost'],
  );
  stream.destroy();
});

test('a broker may send its root certificate, or not', async () => {
  for (const cert of [server.certificate, server.certificate + authority.certificate]) {
    const port = await tlsServer({ cert });
    const stream = await dial({ url: `mqtts://localhost:${port}`, tls, maxPacketBytes, signal });
    stream.destroy();
  }
});

test('a broker that speaks TLS 1.2 at most is refused', async () => {
  const port = await tlsServer({ maxVersion: 'TLSv1.2' });
  const error = await refusalOf(
    dial({ url: `mqtts://localhost:${port}`, tls, maxPacketBytes, signal }),
    Error,
  );
  assert.match((error as { code?: string }).code ?? '', /^ERR_SSL/);
});

test('a broker of another authority is refused, by way of a proxy too', async () => {
  const other = await makeAuthority('Other', newKeyPair(), Date.now);
  const port = await tlsServer({});
  const proxy = await startProxy();
  for (const way of [{}, { proxy: proxy.url }])
    await refusalOf(
      dial({
        ...{ url: `mqtts://localhost:${port}`, tls: { ...tls, ca: other.certificate } },
        ...{ maxPacketBytes, signal, ...way },
      }),
      Error,
    );
});

const proxies: ConnectProxy[] = [];
async function startProxy(status?: number | null): Promise<ConnectProxy> {
  const proxy = await openProxy(status);
  proxies.push(proxy);
  return proxy;
}

test('a proxy is asked for the broker by name, with the user that its URL has', async () => {
  const port = await tlsServer({});
  const proxy = await startProxy();
  const url = proxy.url.replace('//', '//shop:p%40ss@');
  const stream = await dial({ url: `mqtts://localhost:${port}`, tls, proxy: url, maxPacketBytes, signal });
  stream.destroy();
  assert.equal(proxy.asked, [[`localhost:${port}`, `Basic ${Buffer.from('shop:p@ss').toString('base64')}`]]);
});

test('a proxy that refuses has another code than a broker that does', async () => {
  const { url: proxy } = await startProxy(407);
  await refusedWith('link/proxy', dial({ url: 'mqtts://localhost:1', tls, proxy, maxPacketBytes, signal }));
});

test('a proxy, a TLS server and a WebSocket server that never answer are given up with the signal', async () => {
  const { url: proxy } = await startProxy(null);
  const silent = await listening(createHttp(() => undefined));
  for (const way of [
    { url: 'mqtts://localhost:1', proxy },
    { url: `mqtts://localhost:${await listening(createTcp())}` },
    { url: `ws://localhost:${silent}/mqtt` },
  ]) {
    const stop = new AbortController();
    const dialed = dial({ ...way, tls, maxPacketBytes, signal: stop.signal });
    setTimeout(() => stop.abort(new Error('given up')), 50);
    assert.is((await refusalOf(dialed, Error)).message, 'given up');
  }
});

test('an address has time for a lost SYN and a round trip of 300 ms before the next one is tried', () => {
  const { autoSelectFamily, autoSelectFamilyAttemptTimeout } = patient;
  assert.ok(autoSelectFamily);
  // the first SYN is sent again after 1 s (RFC 6298, 2.1); half of the 20 s that a connection may take are for the next address
  assert.ok(autoSelectFamilyAttemptTimeout >= 1300 && autoSelectFamilyAttemptTimeout <= 10_000);
});

test('MQTT over WebSocket, through a proxy, to a real broker: the link works', async () => {
  const broker = await startBroker();
  const https = createHttps(served);
  const sub = new WebSocketServer({ server: https, path: '/mqtt', handleProtocols: () => 'mqtt' });
  sub.on('connection', near => {
    const far = connectTcp(Number(new URL(broker.url).port), '127.0.0.1');
    const stream = createWebSocketStream(near).on('error', () => far.destroy());
    sockets.add(far.on('error', () => stream.destroy()));
    stream.pipe(far).pipe(stream);
  });
  const port = await listening(https);
  const proxy = await startProxy();
  const hub = new TinyHub();
  await hub.connect(broker.url);
  const link = openLink({
    ...{
      url: `wss://localhost:${port}/mqtt`,
      proxy: proxy.url,
      tls: async () => tls,
      terminal,
      epoch,
      software: 'test',
    },
    ...{ agentKey: hub.agentKey, hubKey: () => hub.key.coseKey, clock: systemClock },
  });
  try {
    await online(link);
    hub.onQuestion = ({ id }) =>
      void hub.answer({ id, answer: { answer: 'challenge', challenge: Buffer.alloc(32, 1) } });
    const question = { ask: 'challenge', transaction: Buffer.alloc(16, 7) } as const;
    assert.is((await link.ask(question, { timeoutMs: 5000 })).answer, 'challenge');
    assert.is(proxy.asked.length, 1);
  } finally {
    await link.close();
    await hub.close();
    await broker.close();
  }
});

const online = (link: Link) =>
  new Promise<void>(resolve => {
    if (link.online) return resolve();
    link.onOnline(is => is && resolve());
  });

test.run();
