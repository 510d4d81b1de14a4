// One connection to the broker, from its start to its end. Uses mqtt.js without its store, queue and reconnecting, because those
// lose messages (mqttjs#607, #398, #2015). A caller that may have to send a message again must keep it.
import { connect, type IClientPublishOptions, type MqttClient } from 'mqtt';
import { LinkError } from './link-error.ts';

export interface TlsCredentials {
  /** PEM: the terminal's key and certificate, and the one CA that the broker's certificate is verified against. */
  key: string | Buffer;
  cert: string | Buffer;
  ca: string | Buffer;
}

export interface ConnectionOptions {
  /** mqtts://host:port; mqtt:// is without TLS, for tests on loopback. */
  url: string;
  clientId: string;
  tls?: TlsCredentials;
  will: { topic: string; payload: Buffer };
  connectTimeoutMs: number;
  keepaliveS: number;
  onMessage: (topic: string, payload: Buffer) => void;
  /** Aborts a connection that is not established yet. */
  signal: AbortSignal;
}

export interface Connection {
  /** Resolves when the broker has it (PUBACK). The hub may not have it then. Errors: link/offline, link/refused. */
  publish(topic: string, payload: Buffer, retain?: boolean): Promise<void>;
  /** Errors: link/offline, link/refused. */
  subscribe(topics: readonly string[]): Promise<void>;
  /** Resolves when the connection has ended, on either side. */
  readonly over: Promise<void>;
  /** Sends DISCONNECT, so that the broker publishes no will, and closes. */
  end(): Promise<void>;
  /** Closes at once, without DISCONNECT. */
  cut(): void;
}

/** Errors: link/refused (by the broker or by TLS), link/offline. */
export async function openConnection(options: ConnectionOptions): Promise<Connection> {
  const { url, clientId, tls, will, connectTimeoutMs, keepaliveS, onMessage, signal } = options;
  const client = connect(url, {
    ...tls,
    rejectUnauthorized: true,
    protocolVersion: 5,
    clientId,
    clean: true,
    reconnectPeriod: 0,
    queueQoSZero: false,
    resubscribe: false,
    connectTimeout: connectTimeoutMs,
    keepalive: keepaliveS,
    will: { ...will, qos: 1, retain: true },
  });
  const { promise: over, resolve: gone } = Promise.withResolvers<void>();
  /** Calls under way. mqtt.js does not call their callbacks when the connection ends. */
  const waiting = new Set<(error: LinkError) => void>();
  let failure: Error | undefined;
  // without this handler an error of the socket would end the process
  client.on('error', error => {
    failure = error;
  });
  client.on('message', onMessage);
  client.on('close', () => {
    for (const reject of waiting) reject(new LinkError('link/offline', { cause: failure }));
    gone();
  });
  const cut = () => void client.end(true);
  signal.addEventListener('abort', cut, { once: true });
  const connected = await Promise.race([
    new Promise<boolean>(resolve => client.once('connect', () => resolve(true))),
    over.then(() => false),
  ]);
  signal.removeEventListener('abort', cut);
  if (!connected) {
    cut();
    throw new LinkError(isRefusal(failure) ? 'link/refused' : 'link/offline', { cause: failure });
  }
  withoutDelay(client);
  const answered = (start: (done: (error?: Error | null) => void) => void): Promise<void> => {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    waiting.add(reject);
    start(error => {
      if (!error) resolve();
      else reject(new LinkError(isRefusal(error) ? 'link/refused' : 'link/offline', { cause: error }));
    });
    return promise.finally(() => waiting.delete(reject));
  };
  return {
    over,
    cut,
    publish: (topic, payload, retain = false) =>
      answered(done => {
        const how: IClientPublishOptions = { qos: 1, retain };
        if (client.connected) client.publish(topic, payload, how, done);
        else done(new Error('not connected'));
      }),
    subscribe: topics =>
      answered(done => {
        client.subscribe([...topics], { qos: 1 }, done);
      }),
    end: () => new Promise(resolve => void client.end(false, {}, () => resolve())),
  };
}

/** A refusal is an MQTT 5 reason code of 128 or more, or a TLS alert. */
function isRefusal(error: Error | undefined): boolean {
  const code = (error as { code?: number | string } | undefined)?.code;
  return typeof code === 'number'
    ? code >= 128
    : /^(ERR_SSL|ERR_TLS|CERT|DEPTH|SELF_SIGNED|UNABLE)/.test(code ?? '');
}

/** Switches Nagle's algorithm off, so that a small message is sent at once: 6 ms for a TLS connect in place of 52 (the broker has `set_tcp_nodelay true`). */
function withoutDelay(client: MqttClient): void {
  const stream: { setNoDelay?: (on: boolean) => void } = client.stream as never;
  stream.setNoDelay?.(true);
}
