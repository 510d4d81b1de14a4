// One connection to the broker, from connect to its end: mqtt.js without its store, its queue and its reconnecting,
// because those lose messages (mqttjs#607, #398, #2015). Whoever wants something sent again keeps it.
import { connect, type IClientPublishOptions, type MqttClient } from 'mqtt';
import { LinkError } from './link-error.ts';

export interface TlsCredentials {
  /** PEM: the terminal's key and certificate, and the one authority that the broker is believed of. */
  key: string | Buffer;
  cert: string | Buffer;
  ca: string | Buffer;
}

export interface ConnectionOptions {
  /** mqtts://host:port; mqtt:// only where no TLS is wanted (tests on loopback). */
  url: string;
  clientId: string;
  tls?: TlsCredentials;
  will: { topic: string; payload: Buffer };
  connectTimeoutMs: number;
  keepaliveS: number;
  onMessage: (topic: string, payload: Buffer) => void;
  /** Gives up a connection that does not stand yet. */
  signal: AbortSignal;
}

export interface Connection {
  /** Resolves when the broker has it (PUBACK): that says nothing of the hub. Errors: link/offline, link/refused. */
  publish(topic: string, payload: Buffer, retain?: boolean): Promise<void>;
  /** Errors: link/offline, link/refused. */
  subscribe(topics: readonly string[]): Promise<void>;
  /** Resolves when the connection is gone, whoever ended it. */
  readonly over: Promise<void>;
  /** Says good-bye to the broker, which then publishes no will, and closes. */
  end(): Promise<void>;
  /** Closes at once, without a word. */
  cut(): void;
}

/** Errors: link/refused (the broker or TLS said no), link/offline. */
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
  /** Calls under way: mqtt.js forgets their callbacks when the connection goes. */
  const waiting = new Set<(error: LinkError) => void>();
  let failure: Error | undefined;
  // Without this handler an error of the socket would end the process.
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

/** An MQTT 5 reason code from 128 up is the broker's no, and so is a TLS alert. */
function isRefusal(error: Error | undefined): boolean {
  const code = (error as { code?: number | string } | undefined)?.code;
  return typeof code === 'number'
    ? code >= 128
    : /^(ERR_SSL|ERR_TLS|CERT|DEPTH|SELF_SIGNED|UNABLE)/.test(code ?? '');
}

/** One small message waits for no other: 52 to 6 ms for a TLS connect (the broker has `set_tcp_nodelay true`). */
function withoutDelay(client: MqttClient): void {
  const stream: { setNoDelay?: (on: boolean) => void } = client.stream as never;
  stream.setNoDelay?.(true);
}
