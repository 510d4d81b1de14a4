// The hub's connection to the broker.
import mqtt, { type MqttClient } from 'mqtt';
import { hubSubscriptions } from '../../../agent/protocol/topics.ts';
import { type KeepAliveOptions, keepAlive } from '../../keep-alive.ts';
import { hubName } from '../broker.ts';
import type { Authority } from '../keys/authority.ts';
import { HubError } from '../service/hub-error.ts';

export interface HubLink {
  /** Resolves when the broker has acknowledged the message. Without a connection the message waits for the next one. */
  publish(topic: string, message: Buffer, options?: { retain: boolean }): Promise<void>;
  /** Closes the connection. Messages that are not published yet are lost without an error. Safe to call twice. */
  close(): Promise<void>;
}

export interface HubLinkOptions extends Pick<KeepAliveOptions, 'clock' | 'random'> {
  url: string;
  link: Authority;
  /** The versions that the hub speaks. */
  versions: readonly number[];
  say(line: string): void;
  take(topic: string, message: Buffer): Promise<void>;
}

/** Max wait for the first connection, in ms. */
const brokerWithinMs = 30_000;
/** Short waits: the broker is on the same machine. The hub has to be there before the first resident whom a terminal serves again. */
const pauses = { initialMs: 25, maxMs: 100, stableMs: 2_000 };

/**
 * Resolves when the hub receives the messages of every terminal. It waits for a broker that does not run yet.
 * Errors: HubError if no connection could be made within 30 s.
 */
export async function connectHub(options: HubLinkOptions): Promise<HubLink> {
  const { url, link, versions, say, take, ...timing } = options;
  const identity = await link.client(hubName);
  const client = mqtt.connect(url, {
    protocolVersion: 5,
    clientId: hubName,
    clean: true,
    manualConnect: true,
    reconnectPeriod: 0, // `keepAlive` reconnects and subscribes again
    resubscribe: false,
    queueQoSZero: false,
    ca: link.certificate,
    cert: identity.certificate,
    key: identity.key,
  });
  const subscribed = Promise.withResolvers<void>();
  let lastError = 'no answer';
  const onError = (error: Error) => {
    lastError = error.message;
    say(`hub: link: ${lastError}`);
  };
  client.on('error', onError);
  client.on('message', (topic, message) => void take(topic, message));

  const stop = new AbortController();
  const running = keepAlive(
    async up => {
      const onConnect = () => {
        withoutDelay(client);
        client.subscribeAsync(hubSubscriptions(versions), { qos: 1 }).then(() => {
          up();
          subscribed.resolve();
        }, onError);
      };
      client.on('connect', onConnect);
      await nextConnection(client);
      client.off('connect', onConnect);
    },
    { ...pauses, ...timing, signal: stop.signal },
  );
  running.catch(error => {
    onError(error);
    subscribed.reject(error);
  });

  let closed: Promise<void> | undefined;
  const close = () => {
    stop.abort();
    closed ??= client.endAsync(true).then(() => running);
    return closed;
  };
  const late = setTimeout(
    () => subscribed.reject(new HubError(`no broker at ${url}: ${lastError}`)),
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
    async publish(topic, message, { retain } = { retain: false }) {
      if (stop.signal.aborted) return;
      await client.publishAsync(topic, message, { qos: 1, retain }).catch(error => {
        if (!stop.signal.aborted) throw error;
      });
    },
    close,
  };
}

/** Connects. Resolves when the connection has ended or failed. Unpublished messages are kept for the next connection. */
async function nextConnection(client: MqttClient): Promise<void> {
  const { promise: over, resolve } = Promise.withResolvers<void>();
  client.once('close', () => resolve());
  const { incomingStore, outgoingStore } = client;
  client.reconnect({ incomingStore, outgoingStore });
  await over;
}

/** Turns Nagle's algorithm off: it would delay an answer by 40 ms, until the question's PUBACK is acknowledged. */
function withoutDelay(client: MqttClient): void {
  const stream: { setNoDelay?: (on: boolean) => void } = client.stream as never;
  stream.setNoDelay?.(true);
}
