// The hub's own connection to the broker.
import mqtt, { type MqttClient } from 'mqtt';
import { hubSubscriptions } from '../../../agent/protocol/topics.ts';
import { type KeepAliveOptions, keepAlive } from '../../keep-alive.ts';
import { hubName } from '../broker.ts';
import type { Authority } from '../keys/authority.ts';
import { HubError } from '../service/hub-error.ts';

export interface HubLink {
  /** Resolves when the broker has it. While there is no connection the message waits for the next one. */
  publish(topic: string, message: Buffer): Promise<void>;
  /** What is still to be published is lost, without an error. Safe to call twice. */
  close(): Promise<void>;
}

export interface HubLinkOptions extends Pick<KeepAliveOptions, 'clock' | 'random'> {
  url: string;
  link: Authority;
  say(line: string): void;
  take(topic: string, message: Buffer): Promise<void>;
}

/** How long a broker may take to come, in ms. */
const brokerWithinMs = 30_000;
/** Short waits: the broker is on the same machine, and one that is started again is soon connected to. */
const pauses = { initialMs: 100, maxMs: 500, stableMs: 2_000 };

/**
 * Resolves when the hub receives the messages of every terminal; waits for a broker that does not run yet.
 * Errors: HubError where none can be connected to.
 */
export async function connectHub(options: HubLinkOptions): Promise<HubLink> {
  const { url, link, say, take, ...timing } = options;
  const identity = await link.client(hubName);
  const client = mqtt.connect(url, {
    protocolVersion: 5,
    clientId: hubName,
    clean: true,
    manualConnect: true,
    reconnectPeriod: 0, // done below, and so is subscribing again
    resubscribe: false,
    queueQoSZero: false,
    ca: link.certificate,
    cert: identity.certificate,
    key: identity.key,
  });
  const subscribed = Promise.withResolvers<void>();
  let trouble = 'nothing answers';
  const onTrouble = (error: Error) => {
    trouble = error.message;
    say(`hub: link: ${trouble}`);
  };
  client.on('error', onTrouble);
  client.on('message', (topic, message) => void take(topic, message));

  const stop = new AbortController();
  const running = keepAlive(
    async up => {
      const onConnect = () => {
        withoutDelay(client);
        client.subscribeAsync(hubSubscriptions, { qos: 1 }).then(() => {
          up();
          subscribed.resolve();
        }, onTrouble);
      };
      client.on('connect', onConnect);
      await nextConnection(client);
      client.off('connect', onConnect);
    },
    { ...pauses, ...timing, signal: stop.signal },
  );
  running.catch(error => {
    onTrouble(error);
    subscribed.reject(error);
  });

  let closed: Promise<void> | undefined;
  const close = () => {
    stop.abort();
    closed ??= client.endAsync(true).then(() => running);
    return closed;
  };
  const late = setTimeout(
    () => subscribed.reject(new HubError(`no broker at ${url}: ${trouble}`)),
    brokerWithinMs,
  );
  try {
    await subscribed.promise;
  } catch (error) {
    await close();
    throw error;
  } finally {
    clearTimeout(late);
  }
  return {
    async publish(topic, message) {
      if (stop.signal.aborted) return;
      await client.publishAsync(topic, message, { qos: 1 }).catch(error => {
        if (!stop.signal.aborted) throw error;
      });
    },
    close,
  };
}

/** Connects; resolves when the connection is over, or could not be made. What is to be published is kept for the next one. */
async function nextConnection(client: MqttClient): Promise<void> {
  const { promise: over, resolve } = Promise.withResolvers<void>();
  client.once('close', () => resolve());
  const { incomingStore, outgoingStore } = client;
  client.reconnect({ incomingStore, outgoingStore });
  await over;
}

/** An answer goes out while the question's PUBACK is not acknowledged yet: Nagle's algorithm would hold it for 40 ms. */
function withoutDelay(client: MqttClient): void {
  const stream: { setNoDelay?: (on: boolean) => void } = client.stream as never;
  stream.setNoDelay?.(true);
}
