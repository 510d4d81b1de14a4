// A broker with a store on disk: its retained messages survive kill -9, unless the store is deleted too.
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import mqtt from 'mqtt';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { newKeyPair } from '../../../agent/protocol/cose-key.ts';
import { hubName, startBroker } from '../../../simulator/hub/broker.ts';
import { makeAuthority } from '../../../simulator/hub/keys/authority.ts';
import { temporaryFolder } from '../../../simulator/temporary-folder.ts';

const dir = temporaryFolder('broker-store');
const link = await makeAuthority('Test link', newKeyPair(), Date.now);
const { key, certificate } = await link.client(hubName);
const broker = await startBroker({ dir, link, stores: true });
test.after(async () => {
  await broker.close();
  rmSync(dir, { recursive: true });
});

const connect = () =>
  mqtt.connectAsync(broker.url, {
    ...{ protocolVersion: 5, reconnectPeriod: 0, ca: link.certificate, cert: certificate, key },
  });

const isStored = (text: string) => {
  const store = join(dir, 'store', 'mosquitto.db');
  return existsSync(store) && readFileSync(store).includes(text);
};

/** The retained messages. `marker` is published last: all others have come when it comes. */
async function retained(): Promise<string[]> {
  const client = await connect();
  const got: string[] = [];
  const all = Promise.withResolvers<void>();
  client.on('message', (_, payload) => {
    if (String(payload) === 'marker') all.resolve();
    else got.push(String(payload));
  });
  await client.subscribeAsync('madoguchi/#', { qos: 1 });
  await client.publishAsync('madoguchi/marker', 'marker', { qos: 1 });
  await all.promise;
  await client.endAsync(true);
  return got;
}

test('a broker that is killed and started again has its retained messages; without its store it has none', async () => {
  const client = await connect();
  client.on('error', () => undefined); // the broker is killed
  await client.publishAsync('madoguchi/kept', 'kept', { qos: 1, retain: true });
  while (!isStored('kept')) await new Promise(resolve => setTimeout(resolve, 10));
  await broker.kill();
  await broker.start();
  assert.equal(await retained(), ['kept']);
  await broker.kill();
  await broker.start({ forgetful: true });
  assert.equal(await retained(), []);
});

test.run();
