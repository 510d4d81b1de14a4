// The hub's own connection to the broker.
import mqtt, { type MqttClient } from 'mqtt';
import { hubSubscriptions } from '../../agent/protocol/topics.ts';
import type { Authority } from './authority.ts';
import { hubName } from './broker.ts';

export interface HubLink {
  publish(topic: string, message: Buffer): Promise<void>;
  close(): Promise<void>;
}

export interface HubLinkOptions {
  url: string;
  link: Authority;
  say(line: string): void;
  take(topic: string, message: Buffer): Promise<void>;
}

/** Resolves when the hub hears every terminal. */
export async function connectHub({ url, link, say, take }: HubLinkOptions): Promise<HubLink> {
  const identity = await link.client(hubName);
  const client = await mqtt.connectAsync(url, {
    protocolVersion: 5,
    clientId: hubName,
    clean: true,
    reconnectPeriod: 100, // ms: it is the same machine
    queueQoSZero: false,
    ca: link.certificate,
    cert: identity.certificate,
    key: identity.key,
  });
  withoutDelay(client);
  client.on('connect', () => withoutDelay(client)); // again
  client.on('error', error => say(`hub: link: ${error.message}`));
  client.on('message', (topic, message) => void take(topic, message));
  await client.subscribeAsync(hubSubscriptions, { qos: 1 });
  return {
    async publish(topic, message) {
      await client.publishAsync(topic, message, { qos: 1 });
    },
    close: () => client.endAsync(true),
  };
}

/** An answer goes out while the question's PUBACK is not acknowledged yet: Nagle's algorithm would hold it for 40 ms. */
function withoutDelay(client: MqttClient): void {
  const stream: { setNoDelay?: (on: boolean) => void } = client.stream as never;
  stream.setNoDelay?.(true);
}
