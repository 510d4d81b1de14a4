// An HTTP proxy that knows CONNECT, as shops have it.
import { once } from 'node:events';
import { createServer } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';

export interface ConnectProxy {
  url: string;
  /** What it was asked for: address, and user with password. */
  asked: [address: string | undefined, authorization: string | undefined][];
  close(): void;
}

/** Leads to loopback, whatever host it is asked for. `status`: what it answers; null: never. */
export async function startProxy(status: number | null = 200): Promise<ConnectProxy> {
  const asked: ConnectProxy['asked'] = [];
  const sockets = new Set<Socket>();
  const keep = (socket: Socket): Socket => {
    sockets.add(socket);
    return socket.on('error', () => undefined);
  };
  const server = createServer();
  server.on('connection', keep);
  server.on('connect', ({ url, headers }, near: Socket) => {
    asked.push([url, headers['proxy-authorization']]);
    if (status === null) return;
    near.write(`HTTP/1.1 ${status} answer\r\n\r\n`);
    if (status !== 200) {
      near.end();
      return;
    }
    const far = keep(connect(Number(url!.split(':')[1]), '127.0.0.1'));
    far.on('error', () => near.destroy());
    near.pipe(far).pipe(near);
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    close() {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}
