// The way to the hub's enrolment: TLS 1.3 to it, through the shop's HTTP proxy where there is one.
import type { Socket } from 'node:net';
import { isIP } from 'node:net';
import { type ConnectionOptions, connect, type TLSSocket } from 'node:tls';
import { isLinkError } from '../../agent/link/link-error.ts';
import { hostOf, patient, portOf, tunnel } from '../../agent/link/tunnel.ts';
import { ProvisioningError } from '../provisioning-error.ts';

/** Where the hub is, and how it is reached. `proxy`: http://host:port, with user:password@ where it wants them. */
export interface Way {
  hub: URL;
  proxy?: URL | undefined;
}

/**
 * Opens the bytes' way to the hub. Returns what begins TLS on it. Errors: provisioning/proxy; those of the system.
 */
export async function reach(
  { hub, proxy }: Way,
  signal: AbortSignal,
): Promise<(options: ConnectionOptions) => TLSSocket> {
  const host = hostOf(hub);
  const port = portOf(hub);
  const socket = proxy && (await tunnel(proxy, host, port, signal).catch(refusedByProxy(proxy)));
  return options =>
    connect({
      ...options,
      ...(socket ? { socket } : { port, ...patient }),
      ...{ host, minVersion: 'TLSv1.3' },
      ...(isIP(host) === 0 && { servername: host }),
    });
}

const refusedByProxy =
  ({ host }: URL) =>
  (cause: unknown): Socket => {
    if (!isLinkError(cause)) throw cause;
    const message = `The proxy at ${host} does not let the connection through (status ${cause.detail.status}).`;
    throw new ProvisioningError('provisioning/proxy', message, cause);
  };
