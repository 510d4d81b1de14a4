// An attacker who controls the broker: receives every message between the hub and all terminals.
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
  received: Place[];
  close(): Promise<void>;
}

/** Adds itself to the broker's access list and restarts the broker. So it must be started before the terminal. */
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
  const received: Place[] = [];
  client.on('message', (topic, bytes) => void received.push({ where: `MQTT ${topic}`, bytes }));
  await client.subscribeAsync('madoguchi/#', { qos: 1 });
  return { received, close: () => client.endAsync(true) };
}
