// Opens the byte stream to the broker: TCP, or a tunnel through the shop's HTTP proxy; TLS 1.3 in it; and WebSocket in that where
// only port 443 is open.
import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { connect as connectTcp, isIP, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { connect as connectTls } from 'node:tls';
import WebSocket, { createWebSocketStream } from 'ws';
import { http } from '../../drivers/base/http.ts';
import { LinkError } from './link-error.ts';

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

const ports: Record<string, number> = { 'mqtts:': 8883, 'mqtt:': 1883, 'wss:': 443, 'ws:': 80, 'http:': 80 };

/**
 * One address of a name gets this time, in ms, before the next one is tried. Node's own 250 ms are less than a round trip over a
 * satellite or a busy mobile network, and then no address would ever be reached. Enough for one lost SYN.
 */
const patient = { autoSelectFamily: true, autoSelectFamilyAttemptTimeout: 3_000 };

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

const hostOf = ({ hostname }: URL): string => hostname.replace(/^\[(.*)\]$/, '$1');
const portOf = ({ port, protocol }: URL): number => Number(port) || ports[protocol]!;

async function tcp(host: string, port: number, signal: AbortSignal): Promise<Socket> {
  const socket = connectTcp({ host, port, ...patient });
  // a small message is sent at once: 6 ms for a TLS connect in place of 52 (the broker has `set_tcp_nodelay true`)
  socket.setNoDelay(true);
  await ready(socket, 'connect', signal);
  return socket;
}

/** RFC 9110, 9.3.6. The proxy sees the address of the broker, and TLS. */
async function tunnel(proxy: URL, host: string, port: number, signal: AbortSignal): Promise<Socket> {
  const authority = `${host.includes(':') ? `[${host}]` : host}:${port}`;
  const user =
    proxy.username && `${decodeURIComponent(proxy.username)}:${decodeURIComponent(proxy.password)}`;
  const asked = http
    .request({
      ...{
        host: hostOf(proxy),
        port: portOf(proxy),
        method: 'CONNECT',
        path: authority,
        agent: false,
        signal,
      },
      ...patient,
      headers: {
        host: authority,
        ...(user && { 'proxy-authorization': `Basic ${Buffer.from(user).toString('base64')}` }),
      },
    })
    .end();
  const answered = once(asked, 'connect', { signal }).catch(error => {
    throw signal.aborted ? signal.reason : error;
  });
  const [answer, socket] = (await answered) as [IncomingMessage, Socket];
  if (answer.statusCode !== 200) {
    socket.destroy();
    throw new LinkError('link/proxy', { detail: { status: answer.statusCode ?? 0 } });
  }
  socket.setNoDelay(true);
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
