// Whoever owns the broker: hears every message between the hub and all terminals.
import { appendFile } from 'node:fs/promises';
import { join } from 'node:path';
import mqtt from 'mqtt';
import { makeAuthority } from '../../simulator/hub/keys/authority.ts';
import { openHubKeys } from '../../simulator/hub/keys/hub-keys.ts';
import { systemHubClock } from '../../simulator/hub/service/hub-clock.ts';
import type { Shop } from '../../simulator/shop/shop.ts';
import type { Place } from './streams.ts';

const name = '_ear';

export interface Eavesdropper {
  heard: Place[];
  close(): Promise<void>;
}

/** Lets itself into the broker, which begins anew for that; so it is to be there before the terminal is. */
export async function eavesdrop({ dir, hub }: Shop): Promise<Eavesdropper> {
  await hub.broker.stop();
  await appendFile(join(dir, 'hub/broker/access.acl'), `user ${name}\ntopic read madoguchi/#\n`);
  await hub.broker.start();
  const { link } = openHubKeys(join(dir, 'hub/keys'));
  const authority = await makeAuthority('Madoguchi link', link, systemHubClock.wall);
  const identity = await authority.client(name);
  const client = await mqtt.connectAsync(hub.brokerUrl, {
    protocolVersion: 5,
    clientId: name,
    ca: authority.certificate,
    cert: identity.certificate,
    key: identity.key,
  });
  const heard: Place[] = [];
  client.on('message', (topic, bytes) => void heard.push({ where: `MQTT ${topic}`, bytes }));
  await client.subscribeAsync('madoguchi/#', { qos: 1 });
  return { heard, close: () => client.endAsync(true) };
}
