// A TCP connection through the shop's HTTP proxy, by CONNECT.
import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { http } from '../../drivers/base/http.ts';
import { LinkError } from './link-error.ts';

/**
 * One address of a name gets this time, in ms, before the next one is tried. Node's own 250 ms are less than a round trip over a
 * satellite or a busy mobile network, and then no address would ever be reached. Enough for one lost SYN.
 */
export const patient = { autoSelectFamily: true, autoSelectFamilyAttemptTimeout: 3_000 };

const ports: Record<string, number> = {
  ...{ 'mqtts:': 8883, 'mqtt:': 1883, 'wss:': 443, 'ws:': 80, 'https:': 443, 'http:': 80 },
};

/** Without the brackets of an IPv6 address. */
export const hostOf = ({ hostname }: URL): string => hostname.replace(/^\[(.*)\]$/, '$1');
export const portOf = ({ port, protocol }: URL): number => Number(port) || ports[protocol]!;

/** RFC 9110, 9.3.6. The proxy sees the address, and TLS. Errors: those of the system; link/proxy; the reason of `signal`. */
export async function tunnel(proxy: URL, host: string, port: number, signal: AbortSignal): Promise<Socket> {
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
