// Ends an HTTP or HTTPS server of the simulator.
import { once } from 'node:events';
import type { Server } from 'node:http';

/** Closes the server and all its connections; resolves when both are done. Safe to call twice. */
export async function shut(server: Server): Promise<void> {
  if (!server.listening) return;
  const closed = once(server, 'close');
  server.close();
  server.closeAllConnections();
  await closed;
}
