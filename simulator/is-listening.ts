import { once } from 'node:events';
import { connect, type NetConnectOpts } from 'node:net';

/** Whether a server listens there. A Unix socket that a killed process left behind is none. */
export async function isListening(at: NetConnectOpts): Promise<boolean> {
  const socket = connect(at);
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}
