// A TCP port for a server that must be given one when it starts.
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';

/** A port of `host` that was free a moment ago: another process may take it before the server does. */
export async function freePort(host = '127.0.0.1'): Promise<number> {
  const probe = createServer().listen(0, host);
  await once(probe, 'listening');
  const { port } = probe.address() as AddressInfo;
  probe.close();
  await once(probe, 'close');
  return port;
}
