// The gate's Unix socket. Only user and group may connect, and one client is served at a time.
import { lstat, unlink } from 'node:fs/promises';
import { connect, createServer, type Socket } from 'node:net';
import { listenAt } from '../../drivers/base/unix-socket.ts';
import { GateRefusal } from './gate-refusal.ts';

/** Max number of clients that wait for the end of the present one. Further ones are refused. */
const maxWaiting = 1;

export interface Listener {
  /** Takes no more clients. `serve` goes on with the present one. */
  close(): Promise<void>;
}

/**
 * Listens at `path`, mode 0660. Replaces a socket that a dead gate left there. `serve` gets one client and resolves when that is
 * gone; only then it gets the next. Errors: gate/alreadyRunning; the system's for a path that can't be used.
 */
export async function listenOneByOne(
  path: string,
  serve: (client: Socket) => Promise<void>,
): Promise<Listener> {
  await removeStale(path);
  const waiting: Socket[] = [];
  let serving = false;
  const next = async (): Promise<void> => {
    if (serving) return;
    serving = true;
    for (let client = waiting.shift(); client; client = waiting.shift()) await serve(client);
    serving = false;
  };
  const server = createServer(client => {
    if (waiting.length >= maxWaiting && serving) {
      client.destroy();
      return;
    }
    waiting.push(client);
    void next();
  });
  await listenAt(server, path);
  return {
    close: () =>
      new Promise(resolve => {
        for (const client of waiting.splice(0)) client.destroy();
        server.close(() => resolve());
      }),
  };
}

async function removeStale(path: string): Promise<void> {
  const found = await lstat(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error;
  });
  if (!found) return;
  if (!found.isSocket() || (await answers(path)))
    throw new GateRefusal('gate/alreadyRunning', { detail: { path } });
  await unlink(path);
}

/** Whether a process listens there. */
function answers(path: string): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const probe = connect(path);
    probe.once('connect', () => {
      probe.destroy();
      resolve(true);
    });
    probe.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'ECONNREFUSED' || error.code === 'ENOENT') resolve(false);
      else reject(error);
    });
  });
}
