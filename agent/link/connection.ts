// One connection to the broker, from its start to its end. Uses mqtt.js without its store, queue and reconnecting, because those
// lose messages (mqttjs#607, #398, #2015). A caller that may have to send a message again must keep it.
import { type IClientOptions, MqttClient } from 'mqtt';
import type { Clock } from '../../drivers/base/clock.ts';
import { startDeadline } from '../../drivers/base/deadline.ts';
import { type DialOptions, dial } from './dial.ts';
import { isLinkError, LinkError, refusedBy } from './link-error.ts';
import { limitPackets } from './packet-limit.ts';

export interface ConnectionOptions extends Pick<DialOptions, 'url' | 'tls' | 'proxy'> {
  clientId: string;
  will: { topic: string; payload: Buffer };
  clock: Clock;
  /** For the connection with TLS, and again for the broker's CONNACK, in ms. */
  connectTimeoutMs: number;
  keepaliveS: number;
  /** How long the broker may take to answer SUBSCRIBE and PUBLISH, in ms; `slowestBytesPerMs` is added for what has to get there. */
  exchangeMs: number;
  onMessage: (topic: string, payload: Buffer) => void;
  /** Ends a connection that is not established yet. */
  signal: AbortSignal;
}

export interface Connection {
  /** Max bytes of a PUBLISH that the broker takes (its CONNACK), but for the topic. */
  readonly maxPayloadBytes: number;
  /**
   * Resolves when the broker has it (PUBACK). The hub may not have it then.
   * Errors: link/offline, link/refused, link/tooLarge, and those of `ended`.
   */
  publish(topic: string, payload: Buffer, retain?: boolean): Promise<void>;
  /** Errors: link/offline, link/refused, and those of `ended`. */
  subscribe(topics: readonly string[]): Promise<void>;
  /** Resolves when the connection has ended, on either side, with the reason: link/offline, link/ended, link/takenOver, link/brokerSilent. */
  readonly ended: Promise<LinkError>;
  /** Sends DISCONNECT, so that the broker publishes no will, and closes. */
  end(): Promise<void>;
  /** Closes at once, without DISCONNECT. */
  cut(): void;
}

/** Max bytes of a message to us: the contract's 1 MiB, and its topic. A larger one ends the connection before it is held. */
export const maxPacketBytes = (1 << 20) + 1024;
/** A line that carries less is taken for dead: 8 kbit/s. */
const slowestBytesPerMs = 1;
/** Bytes of a PUBLISH beside topic and payload: fixed header, two lengths, packet id, no property. */
const publishOverhead = 1 + 4 + 2 + 2 + 1;

/** Errors: link/refused (by the broker or by TLS), link/offline, link/takenOver, link/brokerSilent, link/proxy. */
export async function openConnection(options: ConnectionOptions): Promise<Connection> {
  const { clock, connectTimeoutMs, signal } = options;
  const giveUp = new AbortController();
  const late = startDeadline(clock, connectTimeoutMs, () => giveUp.abort(new LinkError('link/brokerSilent')));
  try {
    const early = AbortSignal.any([signal, giveUp.signal]);
    const stream = await dial({ ...options, maxPacketBytes, signal: early });
    if (early.aborted) stream.destroy();
    early.throwIfAborted();
    return await new BrokerConnection(options, limitPackets(stream, maxPacketBytes)).established(early);
  } catch (cause) {
    if (isLinkError(cause)) throw cause;
    throw new LinkError(isTlsRefusal(cause) ? 'link/refused' : 'link/offline', { cause });
  } finally {
    late();
  }
}

class BrokerConnection implements Connection {
  readonly #ended = Promise.withResolvers<LinkError>();
  readonly #options: ConnectionOptions;
  readonly #client: MqttClient;
  /** Calls under way. mqtt.js does not call their callbacks when the connection ends. */
  readonly #waiting = new Set<(error: LinkError) => void>();
  /** PUBLISH packets that the broker has not answered, and their bytes. */
  #unanswered = 0;
  #unansweredBytes = 0;
  /** Publishes that wait until the broker takes more (its Receive Maximum). */
  #queue: (() => void)[] = [];
  #failure: LinkError | undefined;

  constructor(options: ConnectionOptions, stream: DialedStream) {
    const { clientId, keepaliveS, will, onMessage } = options;
    this.#options = options;
    this.#client = new MqttClient(() => stream as never, {
      protocolVersion: 5,
      clientId,
      clean: true,
      reconnectPeriod: 0,
      queueQoSZero: false,
      resubscribe: false,
      connectTimeout: 2 ** 31 - 1, // `openConnection` has its own, on the injected clock
      keepalive: keepaliveS,
      timerVariant: this.#pingTimer(),
      properties: { maximumPacketSize: maxPacketBytes },
      will: { ...will, qos: 1, retain: true },
    });
    // without this handler an error of the socket would end the process
    this.#client.on('error', error => this.#fail(errorFrom(error)));
    this.#client.on('disconnect', ({ reasonCode = 0 }) => this.#fail(refusedBy(reasonCode, 'link/ended')));
    this.#client.on('message', onMessage);
    this.#client.on('close', () => this.#close());
  }

  get ended(): Promise<LinkError> {
    return this.#ended.promise;
  }

  /** Resolves with this when the broker has sent CONNACK. Errors: as `openConnection`. */
  async established(signal: AbortSignal): Promise<this> {
    const stop = () => {
      if (isLinkError(signal.reason)) this.#fail(signal.reason);
      this.cut();
    };
    signal.addEventListener('abort', stop, { once: true });
    const isUp = new Promise<undefined>(resolve => this.#client.once('connect', () => resolve(undefined)));
    const failure = await Promise.race([isUp, this.ended]);
    signal.removeEventListener('abort', stop);
    if (failure) throw failure;
    return this;
  }

  get maxPayloadBytes(): number {
    return (this.#limits.maximumPacketSize ?? 2 ** 28) - publishOverhead;
  }

  async publish(topic: string, payload: Buffer, retain = false): Promise<void> {
    const bytes = Buffer.byteLength(topic) + payload.length;
    const maxBytes = this.maxPayloadBytes;
    if (bytes > maxBytes) throw new LinkError('link/tooLarge', { detail: { bytes, maxBytes } });
    await this.#turn();
    this.#unansweredBytes += bytes;
    const ms = this.#options.exchangeMs + this.#unansweredBytes / slowestBytesPerMs;
    try {
      await this.#answered(ms, done => {
        if (this.#client.connected) this.#client.publish(topic, payload, { qos: 1, retain }, done);
        else done(new LinkError('link/offline'));
      });
    } finally {
      this.#unanswered--;
      this.#unansweredBytes -= bytes;
      this.#queue.shift()?.();
    }
  }

  subscribe(topics: readonly string[]): Promise<void> {
    const ms = this.#options.exchangeMs + this.#unansweredBytes / slowestBytesPerMs;
    return this.#answered(ms, done => void this.#client.subscribe([...topics], { qos: 1 }, done));
  }

  end(): Promise<void> {
    return new Promise(resolve => void this.#client.end(false, {}, () => resolve()));
  }

  cut(): void {
    this.#client.end(true);
    this.#client.stream.destroy(); // mqtt.js does not where it waits for an end already
    this.#close(); // whatever becomes of the stream
  }

  get #limits(): { maximumPacketSize?: number; receiveMaximum?: number } {
    return this.#client.serverProperties ?? {};
  }

  /** Counts one more, where the broker's Receive Maximum allows it; else it waits (MQTT 5, 4.9). Errors: those of `ended`. */
  async #turn(): Promise<void> {
    while (this.#unanswered >= (this.#limits.receiveMaximum ?? 65_535)) {
      const { promise, resolve, reject } = Promise.withResolvers<void>();
      this.#waiting.add(reject);
      this.#queue.push(resolve);
      await promise.finally(() => this.#waiting.delete(reject));
    }
    this.#unanswered++;
  }

  /** Safe to call twice. */
  #close(): void {
    this.#fail(new LinkError('link/offline'));
    for (const reject of this.#waiting) reject(this.#failure!);
    this.#ended.resolve(this.#failure!);
  }

  /** The first reason counts. */
  #fail(failure: LinkError): void {
    this.#failure ??= failure;
  }

  /** Resolves with the broker's answer. Where there is none in time, the connection is cut. */
  #answered(ms: number, start: (done: (error?: Error | null) => void) => void): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.#waiting.add(reject);
    const cancelDeadline = startDeadline(this.#options.clock, ms, () => {
      this.#fail(new LinkError('link/brokerSilent'));
      this.cut();
    });
    start(error => {
      if (!error) resolve();
      else reject(this.#failure ?? errorFrom(error));
    });
    return promise.finally(() => {
      cancelDeadline();
      this.#waiting.delete(reject);
    });
  }

  /**
   * The timer of mqtt.js for PINGREQ and for a connection without an answer to it. It stands still while a PUBLISH is on its way:
   * that has a deadline of its own, a PINGREQ could not overtake it, and the broker knows by its bytes that we are there.
   * It is Node's own timer: mqtt.js reckons with Date.now() beside it, so an injected clock here would be one of two.
   */
  #pingTimer(): IClientOptions['timerVariant'] {
    return {
      set: (ring, everyMs) =>
        setInterval(() => {
          if (this.#unanswered === 0) ring();
        }, everyMs) as never,
      clear: timer => clearInterval(timer as never),
    };
  }
}

type DialedStream = Awaited<ReturnType<typeof dial>>;

/** From an error of mqtt.js: MQTT 5 reason codes are 128 or more. */
function errorFrom(cause: Error): LinkError {
  if (isLinkError(cause)) return cause;
  const { code } = cause as { code?: number | string };
  if (typeof code === 'number' && code >= 128) return refusedBy(code, 'link/refused', cause);
  return new LinkError(isTlsRefusal(cause) ? 'link/refused' : 'link/offline', { cause });
}

/** A TLS alert, or a certificate that does not verify. */
const isTlsRefusal = (error: unknown): boolean =>
  /^(ERR_SSL|ERR_TLS|CERT|DEPTH|SELF_SIGNED|UNABLE)/.test(
    String((error as { code?: unknown } | undefined)?.code ?? ''),
  );
