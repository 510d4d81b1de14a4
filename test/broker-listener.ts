// Whoever has the broker: receives every message between a shop's hub and its terminals.
import { join } from 'node:path';
import mqtt from 'mqtt';
import { listenerName } from '../simulator/hub/broker.ts';
import { makeAuthority } from '../simulator/hub/keys/authority.ts';
import { openHubKeys } from '../simulator/hub/keys/hub-keys.ts';
import { systemHubClock } from '../simulator/hub/service/hub-clock.ts';
import type { Shop } from '../simulator/shop/shop.ts';

/** Resolves when it listens, with what ends it. Retained messages come first. */
export async function listenAtBroker(
  { dir, hub }: Shop,
  take: (topic: string, message: Buffer) => void,
): Promise<() => Promise<void>> {
  const { link } = openHubKeys(join(dir, 'hub/keys'));
  const authority = await makeAuthority('Madoguchi link', link, systemHubClock.wall);
  const identity = await authority.client(listenerName);
  const client = await mqtt.connectAsync(hub.brokerUrl, {
    protocolVersion: 5,
    clientId: listenerName,
    ca: authority.certificate,
    cert: identity.certificate,
    key: identity.key,
  });
  client.on('message', (topic, message) => take(topic, message));
  await client.subscribeAsync('madoguchi/#', { qos: 1 });
  return () => client.endAsync(true);
}
