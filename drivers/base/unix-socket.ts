// Unix sockets of ours: open to user and group, to nobody else.
import type { Server } from 'node:net';

/**
 * Listens at `path`, mode 0660. The mode comes from the umask, so there is no moment in which others may connect.
 * Errors: the system's, e.g. EADDRINUSE.
 */
export function listenAt(server: Server, path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const fail = (error: Error) => reject(error);
    server.once('error', fail);
    const umask = process.umask(0o117);
    server.listen(path, () => {
      server.off('error', fail);
      resolve();
    }); // binds before it returns
    process.umask(umask);
  });
}
