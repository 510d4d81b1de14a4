// A real mosquitto with real clients: which clients may connect, and which topics each may use. openssl verifies the
// certificates.
import { execFileSync } from 'node:child_process';
import { createPublicKey } from 'node:crypto';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import mqtt, { type IClientOptions, type MqttClient } from 'mqtt';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { newKeyPair } from '../../../agent/protocol/cose-key.ts';
import { topicsOf } from '../../../agent/protocol/topics.ts';
import { hubName, startBroker } from '../../../simulator/hub/broker.ts';
import { type Identity, makeAuthority } from '../../../simulator/hub/keys/authority.ts';
import { temporaryFolder } from '../../../simulator/temporary-folder.ts';
import { refusalOf } from '../../refusal.ts';
import { next, nextMessage } from './next-event.ts';

process.env.PATH = '/usr/local/bin:/usr/bin:/bin'; // an ordinary user's on Debian
const dir = temporaryFolder('broker');
const link = await makeAuthority('Test link', newKeyPair(), Date.now);
const broker = await startBroker({ dir, link });
const clients: MqttClient[] = [];
test.after(async () => {
  for (const client of clients) await client.endAsync(true);
  await broker.close();
  rmSync(dir, { recursive: true });
});

async function connect(identity?: Identity, more: IClientOptions = {}): Promise<MqttClient> {
  const client = mqtt.connect(broker.url, {
    protocolVersion: 5,
    reconnectPeriod: 0,
    ca: link.certificate,
    ...(identity && { cert: identity.certificate, key: identity.key }),
    ...more,
  });
  clients.push(client);
  client.on('error', () => undefined); // `close` follows
  await Promise.race([next(client, 'connect'), next(client, 'close')]);
  if (!client.connected) throw new Error('refused');
  return client;
}

const refused = (work: () => Promise<unknown>) => refusalOf(work, Error);

test('a client without a certificate, or with one of another authority, is refused', async () => {
  const stranger = await makeAuthority('Test link', newKeyPair(), Date.now);
  await refused(() => connect());
  await refused(async () => connect(await stranger.client('mitaka-1')));
  assert.ok((await connect(await link.client('mitaka-1'))).connected);
});

test('TLS 1.2 is refused', async () => {
  const identity = await link.client('mitaka-1');
  await refused(() => connect(identity, { maxVersion: 'TLSv1.2' } as IClientOptions));
});

test("a terminal can use its own topics only; the hub gets its requests, and it gets the hub's replies", async () => {
  const hub = await connect(await link.client(hubName));
  const mine = await connect(await link.client('mitaka-1'));
  await hub.subscribeAsync('madoguchi/#', { qos: 1 });
  const [own, other] = [topicsOf('mitaka-1'), topicsOf('mitaka-2')];
  const received: string[] = [];
  hub.on('message', topic => received.push(topic));
  // mosquitto answers a publish that the access list forbids with reason 135, Not authorized (MQTT 5, 3.4.2.1)
  for (const topic of [
    other.request,
    other.ledger,
    other.presence,
    own.reply,
    own.acknowledgement,
    own.keySet,
  ])
    await refused(() => mine.publishAsync(topic, 'x', { qos: 1 }));
  for (const topic of [own.request, own.ledger, own.presence])
    await mine.publishAsync(topic, 'x', { qos: 1 });
  while (received.length < 3) await nextMessage(hub);
  assert.equal(received, [own.request, own.ledger, own.presence]);

  await mine.subscribeAsync([own.reply, own.acknowledgement, own.keySet, other.reply, other.keySet], {
    qos: 1,
  });
  const got: string[] = [];
  mine.on('message', topic => got.push(topic));
  for (const topic of [other.reply, other.keySet, own.reply, own.acknowledgement, own.keySet])
    await hub.publishAsync(topic, 'x', { qos: 1 });
  while (got.length < 3) await nextMessage(mine);
  assert.equal(got, [own.reply, own.acknowledgement, own.keySet]);
});

test("a terminal that connects with another terminal's client id does not end that terminal's session", async () => {
  const mine = await connect(await link.client('mitaka-1'), { clientId: 'mitaka-1' });
  const gone = next(mine, 'close').then(() => 'gone');
  await connect(await link.client('mitaka-2'), { clientId: 'mitaka-1' });
  const sent = mine.publishAsync(topicsOf('mitaka-1').request, 'x', { qos: 1 }).then(() => 'sent');
  assert.is(await Promise.race([sent, gone]), 'sent');
});

test('openssl accepts the certificates of the authority for their purpose only', async () => {
  const file = (name: string, content: string) => {
    writeFileSync(join(dir, name), content);
    return join(dir, name);
  };
  const authority = file('a.pem', link.certificate);
  const server = file('s.pem', (await link.server('server')).certificate);
  const client = file('c.pem', (await link.client('mitaka-1')).certificate);
  const verify = (...args: string[]) =>
    execFileSync('openssl', ['verify', '-x509_strict', '-CAfile', authority, ...args], {
      stdio: 'pipe',
    }).toString();
  assert.match(verify('-purpose', 'sslserver', '-verify_ip', '127.0.0.1', server), 'OK');
  assert.match(verify('-purpose', 'sslserver', '-verify_hostname', 'localhost', server), 'OK');
  assert.match(verify('-purpose', 'sslclient', client), 'OK');
  assert.throws(() => verify('-purpose', 'sslserver', client));
  assert.throws(() => verify('-purpose', 'sslclient', server));
  assert.throws(() => verify('-verify_hostname', 'example.org', server));
});

test('a certificate has the public key of its identity', async () => {
  const identity = await link.client('mitaka-1');
  const derived = createPublicKey(identity.key).export({ type: 'spki', format: 'pem' });
  const inside = createPublicKey(identity.certificate).export({ type: 'spki', format: 'pem' });
  assert.is(inside, derived);
});

test.run();
