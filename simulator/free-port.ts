// Finds a free TCP port, for a server that takes its port number as an option.
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';

/** A port of `host` that was free when it was tested. Another process may take it before the server does. */
export async function freePort(host = '127.0.0.1'): Promise<number> {
  const probe = createServer().listen(0, host);
  await once(probe, 'listening');
  const { port } = probe.address() as AddressInfo;
  probe.close();
  await once(probe, 'close');
  return port;
}
