// The line between shop and hub (line.py), and what runs in the shop's network.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { accessSync, constants } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

export interface LineSetting {
  /** Each way. */
  kbps: number;
  /** There and back. */
  roundTripMs: number;
  lossPercent: number;
}

export interface Line {
  /** What is on the line is lost. */
  set(setting: LineSetting): Promise<void>;
  /** Command in front of a command that shall run in the shop's network. There the name `localhost` is the hub. */
  inShop: readonly string[];
  /** Makes a port of the hub's loopback reachable from the shop, under the same number. */
  open(port: number): Promise<void>;
  close(): Promise<void>;
}

const hubAddress = '10.77.0.2';

/** Why there can be no line on this machine; undefined where there can. */
export function lineMissing(): string | undefined {
  if (process.getuid?.() !== 0) return 'only root may make networks';
  try {
    accessSync('/dev/net/tun', constants.W_OK);
  } catch {
    return 'this machine has no /dev/net/tun';
  }
  return undefined;
}

/** This process runs in a network of its own. `hostsFile`: a path for a file. */
export async function startLine(hostsFile: string): Promise<Line> {
  const child = spawn(
    'setpriv',
    [...['--pdeathsig', 'TERM', 'python3'], fileURLToPath(new URL('line.py', import.meta.url))],
    { stdio: ['pipe', 'pipe', 'inherit'] },
  ) as ChildProcess & Record<'stdin' | 'stdout', object>;
  const said = createInterface({ input: child.stdout! });
  await once(said, 'line');
  await writeFile(hostsFile, `${hubAddress} localhost\n2001:db8::1 localhost\n`); // no IPv6 leads there
  const servers: ReturnType<typeof createServer>[] = [];
  return {
    async set({ kbps, roundTripMs, lossPercent }) {
      const isSet = once(said, 'line');
      child.stdin!.write(`${kbps * 1000} ${roundTripMs / 2000} ${lossPercent / 100}\n`);
      await isSet;
    },
    inShop: [
      ...['nsenter', `--net=/proc/${child.pid}/ns/net`, 'unshare', '--mount'],
      ...['sh', '-c', `mount --bind ${hostsFile} /etc/hosts && exec "$@"`, 'sh'],
    ],
    async open(port) {
      const server = createServer({ noDelay: true }, near => {
        const far = connect({ port, host: '127.0.0.1', noDelay: true });
        near.pipe(far).pipe(near);
        for (const [one, other] of [
          [near, far],
          [far, near],
        ] as const)
          one.on('error', () => other.destroy()).on('close', () => other.destroy());
      });
      await once(server.listen(port, hubAddress), 'listening');
      servers.push(server);
    },
    async close() {
      for (const server of servers) server.close();
      const gone = once(child, 'exit');
      child.stdin!.end();
      await gone;
    },
  };
}
