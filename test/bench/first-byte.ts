// A proxy in front of a printer's Unix socket. It reports when the first byte of a PDF passes.
import { once } from 'node:events';
import { rename } from 'node:fs/promises';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

export interface PrinterWatch {
  /** The same printer for a tool that knows TCP only: ipp://127.0.0.1:PORT/ipp/print */
  url: string;
  /** Monotonic ms at which the next document begins to arrive, by either way. */
  nextDocument(): Promise<number>;
  close(): Promise<void>;
}

/** Each call of IPP comes on a connection of its own, so that a printer that is in use already can be watched. */
export async function watchPrinter(socketPath: string): Promise<PrinterWatch> {
  const printer = `${socketPath}.behind`;
  await rename(socketPath, printer);
  let arrived = Promise.withResolvers<number>();
  const open = new Set<Socket>();
  const relay = (client: Socket) => {
    const onward = connect(printer);
    for (const [end, other] of [
      [client, onward],
      [onward, client],
    ] as const) {
      open.add(end);
      end.setNoDelay?.(true);
      end.on('error', () => other.destroy());
      end.on('close', () => open.delete(end));
      end.pipe(other);
    }
    let last = '';
    client.on('data', (chunk: Buffer) => {
      const text = last + chunk.toString('latin1');
      last = text.slice(-4);
      if (text.includes('%PDF-')) arrived.resolve(performance.now());
    });
  };
  const servers = [createServer(relay), createServer(relay)] as const;
  servers[0].listen(socketPath);
  servers[1].listen(0, '127.0.0.1');
  await Promise.all(servers.map(server => once(server, 'listening')));
  return {
    url: `ipp://127.0.0.1:${(servers[1].address() as AddressInfo).port}/ipp/print`,
    nextDocument() {
      arrived = Promise.withResolvers();
      return arrived.promise;
    },
    async close() {
      for (const socket of open) socket.destroy();
      await Promise.all(servers.map(server => new Promise(resolve => server.close(resolve))));
    },
  };
}
