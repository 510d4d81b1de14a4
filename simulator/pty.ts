// A pseudo-terminal (PTY) of a virtual device. A driver opens its path like any serial port.
// socat makes the PTY, because Node cannot. When this process ends, also when it is killed, the PTY is removed.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Duplex } from 'node:stream';
import { ownGroup } from './interrupted.ts';

export class PtyError extends Error {
  override readonly name = 'PtyError';
}

export interface Pty {
  /** The path that a driver opens: a symbolic link that stays the same over unplug and plug. */
  readonly path: string;
  /** Removes the device, like a pulled cable. The path is gone when this resolves. */
  unplug(): Promise<void>;
  /** Puts the device back. `onDuplex` receives the new stream. */
  plug(): Promise<void>;
  /** Unplugs for good. Safe to call twice. */
  close(): Promise<void>;
}

/**
 * Makes the PTY `dir`/`name`, raw and without echo. `onDuplex` receives the device's end of the wire each time the device
 * is plugged in. The stream ends when the device is unplugged. Needs `socat` and `setpriv` (Debian: socat, util-linux).
 * Errors: PtyError.
 */
export async function joinPty(
  { dir, name }: { dir: string; name: string },
  onDuplex: (wire: Duplex) => void,
): Promise<Pty> {
  const path = join(dir, name);
  if (/[,:!"'\\]/.test(path))
    throw new PtyError(`socat can't make a link at ${path}: its name has , : ! " ' or \\`);
  let socat: ChildProcess | undefined;

  async function plug(): Promise<void> {
    if (socat) return;
    const child = spawn(
      'setpriv',
      ['--pdeathsig', 'KILL', 'socat', '-d', '-d', `pty,raw,echo=0,link=${path}`, 'fd:3'],
      { stdio: ['ignore', 'ignore', 'pipe', 'pipe'], ...ownGroup() },
    );
    await linked(child);
    socat = child;
    child.once('exit', () => {
      if (socat === child) socat = undefined;
    });
    const wire = child.stdio[3] as Duplex; // Node's stdio pipes are socket pairs: both directions
    wire.on('error', () => wire.destroy()); // the device was unplugged while it sent
    onDuplex(wire);
  }

  async function unplug(): Promise<void> {
    const child = socat;
    socat = undefined;
    if (child) {
      const gone = once(child, 'exit');
      child.kill('SIGKILL');
      await gone;
    }
    await rm(path, { force: true });
  }

  await plug();
  return { path, plug, unplug, close: unplug };
}

/** Resolves when socat reports that it transfers data. The symbolic link exists then. */
function linked(child: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    let output = '';
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      if (output.length < 4096) output += text;
      if (output.includes('starting data transfer loop')) resolve();
    });
    child.once('error', cause => reject(new PtyError('setpriv is missing (Debian: util-linux)', { cause })));
    child.once('exit', code =>
      reject(new PtyError(`socat ended (${code}); Debian package: socat. ${output}`)),
    );
  });
}
