// Starts a virtual IPP page printer on a Unix socket, and on a loopback port where an outside judge is to look at it.
import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { shut } from '../shut.ts';
import { httpServer } from './http-server.ts';
import type { VirtualJob } from './job.ts';
import { type Behaviour, VirtualPrinter } from './printer.ts';

export interface PagePrinterOptions {
  /** A folder that is already there; the socket is made in it. */
  dir: string;
  say(line: string): void;
  behaviours?: readonly Behaviour[];
  /** Loopback TCP port to listen on as well [0..65535]; 0 takes a free one. */
  port?: number;
  /** Hears each job when it has ended. */
  onJob?: (job: VirtualJob) => void;
  /** Time one side takes, ms; default 5. */
  msPerPage?: number;
  /** How long a job waits for the one before it before it hears `busy`, ms; default 250. */
  busyAfterMs?: number;
}

export interface PagePrinterHandle {
  /** Unix socket that speaks IPP over HTTP at /ipp/print. */
  readonly socket: string;
  /** ipp://127.0.0.1:PORT/ipp/print, when a port was asked for. */
  readonly url?: string;
  /** Tried before the machine does its work. Put a fault in front: `behaviours.unshift(fault)`. */
  readonly behaviours: Behaviour[];
  /** Every job there ever was, with its document as received. */
  readonly jobs: readonly VirtualJob[];
  /** Sides printed in all. Never goes back. */
  readonly impressions: number;
  /** Something happens to the machine, such as `door-open-error`. */
  raise(reason: string, stopsPaper?: boolean): void;
  /** Somebody has put it right. */
  clear(reason: string): void;
  /** Somebody at the printer gives the job under way up: the sheet that moves comes out. */
  cancel(): void;
  /** Power off and on: the printer forgets its jobs. */
  restart(): void;
  /** Closes both endpoints and every connection. Safe to call twice. */
  close(): Promise<void>;
}

export async function startPagePrinter(options: PagePrinterOptions): Promise<PagePrinterHandle> {
  const { dir, say, port, behaviours = [], onJob, msPerPage = 5, busyAfterMs = 250 } = options;
  const printer = new VirtualPrinter({
    behaviours,
    say,
    onJob,
    msPerPage,
    busyAfterMs,
    documentWithinS: 60,
  });
  const socket = join(dir, 'page-printer.sock');
  // The folder is this part's own: what lies here is left from one that was killed.
  await rm(socket, { force: true });
  const servers = [await listen(httpServer(printer), { path: socket })];
  if (port !== undefined) {
    const server = await listen(httpServer(printer), { host: '127.0.0.1', port });
    printer.uri = `ipp://127.0.0.1:${(server.address() as AddressInfo).port}/ipp/print`;
    servers.push(server);
  }
  return {
    socket,
    url: port === undefined ? undefined : printer.uri,
    behaviours: printer.behaviours,
    jobs: printer.jobs,
    get impressions() {
      return printer.impressions;
    },
    raise: (reason, stopsPaper) => printer.raise(reason, stopsPaper),
    clear: reason => printer.clear(reason),
    cancel: () => printer.cancelAtPrinter(),
    restart: () => printer.restart(),
    close: async () => {
      await Promise.all(servers.map(shut));
    },
  };
}

async function listen(server: Server, at: { path: string } | { host: string; port: number }) {
  server.listen(at);
  await once(server, 'listening');
  return server;
}
