// Ends an HTTP or HTTPS server of the simulator.
import { once } from 'node:events';
import type { Server } from 'node:http';

/** Resolves when it listens no more and its connections are cut. Safe to call twice. */
export async function shut(server: Server): Promise<void> {
  if (!server.listening) return;
  const closed = once(server, 'close');
  server.close();
  server.closeAllConnections();
  await closed;
}
