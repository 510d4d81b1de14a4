// Starts a virtual IPP page printer on a Unix socket, and on a loopback port for an independent test tool.
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
  /** An existing folder. The socket is made in it. */
  dir: string;
  say(line: string): void;
  behaviours?: readonly Behaviour[];
  /** Loopback TCP port to listen on as well [0..65535]; 0 takes a free one. */
  port?: number;
  /** Receives each job when it has ended. */
  onJob?: (job: VirtualJob) => void;
  /** Time to print one side, ms; default 5. */
  msPerPage?: number;
  /** How long a job waits for the previous one before it is refused with server-error-busy, ms; default 250. */
  busyAfterMs?: number;
}

export interface PagePrinterHandle {
  /** Unix socket: IPP over HTTP at /ipp/print. */
  readonly socket: string;
  /** ipp://127.0.0.1:PORT/ipp/print, if `port` was given. */
  readonly url?: string;
  /** Tried before the printer's own answers. Put a fault in front: `behaviours.unshift(fault)`. */
  readonly behaviours: Behaviour[];
  /** All jobs, with their documents as received. */
  readonly jobs: readonly VirtualJob[];
  /** Sides printed in all. It only rises. */
  readonly impressions: number;
  /** Those of them that are test pages. */
  readonly testPages: number;
  /** Adds a state reason, such as `door-open-error`. */
  raise(reason: string, stopsPaper?: boolean): void;
  /** Removes a state reason: a person has corrected it. */
  clear(reason: string): void;
  /** A person at the printer cancels the current job. The sheet that already moves is printed. */
  cancel(): void;
  /** Power off and on: the printer loses its jobs, and numbers them from 1 again. */
  restart(): void;
  /** A person has the printer print a page of its own: a job with the next number. */
  printTestPage(): void;
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
  // The folder is for this part only: an existing socket was left by a printer that was killed.
  await rm(socket, { force: true });
  const servers = [await listen(httpServer(printer), { path: socket })];
  if (port !== undefined) {
    const server = await listen(httpServer(printer), { host: '127.0.0.1', port }).catch(async error => {
      await Promise.all(servers.map(shut));
      throw error;
    });
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
    get testPages() {
      return printer.testPages;
    },
    raise: (reason, stopsPaper) => printer.raise(reason, stopsPaper),
    clear: reason => printer.clear(reason),
    cancel: () => printer.cancelAtPrinter(),
    restart: () => printer.restart(),
    printTestPage: () => printer.printTestPage(),
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
