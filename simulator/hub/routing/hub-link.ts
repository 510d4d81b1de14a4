// The hub's own connection to the broker.
import mqtt, { type MqttClient } from 'mqtt';
import { hubSubscriptions } from '../../../agent/protocol/topics.ts';
import { hubName } from '../broker.ts';
import type { Authority } from '../keys/authority.ts';
import { HubError } from '../service/hub-error.ts';

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

/** How long a broker may take to come, in ms. */
const brokerWithinMs = 30_000;

/** Resolves when the hub hears every terminal; waits for a broker that is not there yet. Errors: HubError where none comes. */
export async function connectHub({ url, link, say, take }: HubLinkOptions): Promise<HubLink> {
  const identity = await link.client(hubName);
  const client = mqtt.connect(url, {
    protocolVersion: 5,
    clientId: hubName,
    clean: true,
    reconnectPeriod: 100, // ms: it is the same machine
    queueQoSZero: false,
    resubscribe: false, // done below
    ca: link.certificate,
    cert: identity.certificate,
    key: identity.key,
  });
  const hears = Promise.withResolvers<void>();
  let trouble = 'nothing answers';
  const onTrouble = (error: Error) => {
    trouble = error.message;
    say(`hub: link: ${trouble}`);
  };
  client.on('connect', () => {
    withoutDelay(client);
    client.subscribeAsync(hubSubscriptions, { qos: 1 }).then(() => hears.resolve(), onTrouble);
  });
  client.on('error', onTrouble);
  client.on('message', (topic, message) => void take(topic, message));
  const late = setTimeout(
    () => hears.reject(new HubError(`no broker at ${url}: ${trouble}`)),
    brokerWithinMs,
  );
  await hears.promise
    .catch(async error => {
      await client.endAsync(true);
      throw error;
    })
    .finally(() => clearTimeout(late));
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
