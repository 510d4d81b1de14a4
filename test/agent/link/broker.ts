// A real mosquitto on loopback, without TLS (the hub's room tests that), that can be killed and started again.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { rm, writeFile } from 'node:fs/promises';
import { connect as dial } from 'node:net';
import { join } from 'node:path';
import { freePort } from '../../../simulator/free-port.ts';
import { temporaryFolder } from '../../../simulator/temporary-folder.ts';

export interface Broker {
  url: string;
  /** SIGKILL: nothing is saved, connections break. */
  kill(): Promise<void>;
  start(): Promise<void>;
  close(): Promise<void>;
}

/** `more`: further lines of its configuration. */
export async function startBroker(more = ''): Promise<Broker> {
  const dir = temporaryFolder('broker');
  const port = await freePort();
  const config = join(dir, 'mosquitto.conf');
  await writeFile(
    config,
    `listener ${port} 127.0.0.1\nallow_anonymous true\nset_tcp_nodelay true\n${more}\n`,
  );
  let child: ChildProcess | undefined;
  const orphan = () => child?.kill('SIGKILL');
  process.once('exit', orphan); // a test that throws leaves none behind
  const broker: Broker = {
    url: `mqtt://127.0.0.1:${port}`,
    kill: async () => {
      if (!child) return;
      const gone = once(child, 'close');
      child.kill('SIGKILL');
      child = undefined;
      await gone;
    },
    start: async () => {
      child = spawn('mosquitto', ['-c', config], { stdio: 'ignore' });
      await answers(port);
    },
    close: async () => {
      process.off('exit', orphan);
      await broker.kill();
      await rm(dir, { recursive: true });
    },
  };
  await broker.start();
  return broker;
}

/** Waits until the broker listens, for at most 10 s. */
async function answers(port: number): Promise<void> {
  const deadline = performance.now() + 10_000;
  while (performance.now() < deadline) {
    const socket = dial(port, '127.0.0.1');
    const open = await Promise.race([
      once(socket, 'connect').then(() => true),
      once(socket, 'close').then(() => false),
    ]).catch(() => false);
    socket.destroy();
    if (open) return;
    await new Promise(resolve => setTimeout(resolve, 10));
  }
  throw new Error('mosquitto does not listen');
}
