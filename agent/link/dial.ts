// Opens the byte stream to the broker: TCP, or a tunnel through the shop's HTTP proxy; TLS 1.3 in it; and WebSocket in that where
// only port 443 is open.
import { once } from 'node:events';
import { connect as connectTcp, isIP, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { connect as connectTls } from 'node:tls';
import WebSocket, { createWebSocketStream } from 'ws';
import { LinkError } from './link-error.ts';
import { hostOf, patient, portOf, tunnel } from './tunnel.ts';

export interface TlsCredentials {
  /** PEM: the terminal's key and certificate, and the one CA that the broker's certificate is verified against. */
  key: string | Buffer;
  cert: string | Buffer;
  ca: string | Buffer;
}

export interface DialOptions {
  /** mqtts://host:port or wss://host:port/path; mqtt: and ws: are without TLS, for tests on loopback. */
  url: string;
  tls?: TlsCredentials;
  /** http://host:port of a proxy, with user:password@ where it wants them. */
  proxy?: string | undefined;
  /** Max bytes of one message in a WebSocket frame. */
  maxPacketBytes: number;
  signal: AbortSignal;
}

/** Resolves with a stream that is ready for CONNECT. Errors: those of the system and of TLS; link/proxy; the reason of `signal`. */
export async function dial(options: DialOptions): Promise<Duplex> {
  const { url, tls, proxy, signal } = options;
  const to = new URL(url);
  const host = hostOf(to);
  const port = portOf(to);
  let stream: Socket = await (proxy ? tunnel(new URL(proxy), host, port, signal) : tcp(host, port, signal));
  if (to.protocol === 'mqtts:' || to.protocol === 'wss:') {
    const servername = isIP(host) === 0 ? { servername: host } : {};
    const secure = connectTls({
      ...tls,
      ...servername,
      ...{ socket: stream, host, minVersion: 'TLSv1.3', rejectUnauthorized: true },
    });
    await ready(secure, 'secureConnect', signal);
    stream = secure;
  }
  return to.protocol === 'wss:' || to.protocol === 'ws:' ? webSocket(to, stream, options) : stream;
}

async function tcp(host: string, port: number, signal: AbortSignal): Promise<Socket> {
  const socket = connectTcp({ host, port, ...patient });
  // a small message is sent at once: 6 ms for a TLS connect in place of 52 (the broker has `set_tcp_nodelay true`)
  socket.setNoDelay(true);
  await ready(socket, 'connect', signal);
  return socket;
}

async function webSocket(to: URL, stream: Socket, { maxPacketBytes, signal }: DialOptions): Promise<Duplex> {
  const address = `ws://${to.host}${to.pathname}`; // TLS is in `stream` already
  const socket = new WebSocket(address, ['mqtt'], {
    createConnection: () => stream,
    perMessageDeflate: false,
    maxPayload: maxPacketBytes,
  });
  const duplex = createWebSocketStream(socket);
  await ready(duplex, 'open', signal, socket);
  return duplex;
}

/** Waits for `event`; destroys `stream` where an error or the signal comes first. */
async function ready(
  stream: Duplex,
  event: string,
  signal: AbortSignal,
  emitter: NodeJS.EventEmitter = stream,
): Promise<void> {
  const closed = new AbortController();
  const onClose = () => closed.abort(new LinkError('link/offline'));
  stream.once('close', onClose);
  stream.on('error', () => undefined); // without a handler it would end the process; `once` reports it here
  try {
    await once(emitter, event, { signal: AbortSignal.any([signal, closed.signal]) });
  } catch (error) {
    stream.destroy();
    throw signal.aborted ? signal.reason : closed.signal.aborted ? closed.signal.reason : error;
  } finally {
    stream.off('close', onClose);
  }
}
