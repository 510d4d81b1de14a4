// Starts the virtual receipt printer on a pseudo-terminal, and on a TCP port if `tcp` is given.
import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { joinPty, type Pty } from '../pty.ts';
import type { Behaviour } from './behaviour.ts';
import { type PrintedReceipt, printedReceipt } from './printed-receipt.ts';
import type { PrinterState } from './printer-state.ts';
import { VirtualPrinter } from './virtual-printer.ts';

export interface ReceiptPrinterOptions {
  /** Folder of the PTY's symbolic link. */
  dir: string;
  say(line: string): void;
  /** Half-width characters per line. Default 48, for 80 mm paper. */
  columns?: number;
  /** Faults. They are tried in order, before the good behaviours. */
  behaviours?: readonly Behaviour[];
  /** Also listens on this address, like a network printer. Loopback only. */
  tcp?: { host: string; port: number };
  /** Receives each receipt when it is cut off. */
  onReceipt?(receipt: PrintedReceipt): void;
}

/** The printer, as the customer and the staff use it. */
export interface ReceiptPrinterHandle {
  /** Path of the serial device. */
  path: string;
  /** Tried before the good ones. Put a fault in front: `behaviours.unshift(fault)`. */
  readonly behaviours: Behaviour[];
  /** All receipts, in the order in which they were cut off. */
  receipts: readonly PrintedReceipt[];
  /** Changes the sensors: opens the cover, inserts paper, and so on. */
  change(sensors: Partial<PrinterState>): void;
  /** Tears the paper off, for a host that does not cut. */
  tear(): void;
  /** Unplugs the serial cable. `plug` plugs it in again, at the same path. */
  unplug(): Promise<void>;
  plug(): Promise<void>;
  close(): Promise<void>;
}

export async function startReceiptPrinter(options: ReceiptPrinterOptions): Promise<ReceiptPrinterHandle> {
  const { dir, say, columns = 48, behaviours = [], tcp, onReceipt } = options;
  const receipts: PrintedReceipt[] = [];
  const printer = new VirtualPrinter({
    columns,
    behaviours,
    say,
    onStrip: strip => {
      const receipt = printedReceipt(strip);
      receipts.push(receipt);
      say(`receipt ${receipts.length} is printed, ${receipt.text.length} lines`);
      onReceipt?.(receipt);
    },
  });
  const pty: Pty = await joinPty({ dir, name: 'receipt-printer' }, wire => printer.connect(wire));
  const network = tcp && (await listen(tcp, socket => printer.connect(socket)));
  return {
    path: pty.path,
    behaviours: printer.behaviours,
    receipts,
    change: sensors => printer.change(sensors),
    tear: () => printer.tear(),
    unplug: () => pty.unplug(),
    plug: () => pty.plug(),
    async close() {
      await network?.close();
      await pty.close();
    },
  };
}

async function listen({ host, port }: { host: string; port: number }, onSocket: (socket: Socket) => void) {
  const sockets = new Set<Socket>();
  const server: Server = createServer(socket => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    onSocket(socket);
  });
  server.listen(port, host);
  await once(server, 'listening');
  return {
    async close(): Promise<void> {
      if (!server.listening) return;
      server.close();
      for (const socket of sockets) socket.destroy();
      await once(server, 'close');
    },
  };
}
