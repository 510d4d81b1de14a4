// A pseudo-terminal with a virtual device behind it: a driver opens its path as any serial port.
// socat holds it, because Node can't make a PTY. When this process dies, however it dies, the PTY is gone too.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Duplex } from 'node:stream';

export class PtyError extends Error {
  override readonly name = 'PtyError';
}

export interface Pty {
  /** What a driver opens: a link that stays the same over unplug and plug. */
  readonly path: string;
  /** Takes the device away, as a pulled cable does: the path is gone when it resolves. */
  unplug(): Promise<void>;
  /** Puts the device back; `onDuplex` gets the new stream. */
  plug(): Promise<void>;
  /** Unplugs for good. Safe to call twice. */
  close(): Promise<void>;
}

/**
 * Makes the PTY `dir`/`name`, raw and without echo. `onDuplex` gets the device's end of the wire at each plugging-in;
 * the stream ends when the device is unplugged. Needs `socat` and `setpriv` (Debian: socat, util-linux).
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
      { stdio: ['ignore', 'ignore', 'pipe', 'pipe'] },
    );
    await linked(child);
    socat = child;
    child.once('exit', () => {
      if (socat === child) socat = undefined;
    });
    const wire = child.stdio[3] as Duplex; // a socket, both ways: Node's stdio pipes are socket pairs
    wire.on('error', () => wire.destroy()); // unplugged while the device spoke: the stream is over, nothing more
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

/** Resolves when socat says that both its ends stand; the link is there then. */
function linked(child: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    let said = '';
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      if (said.length < 4096) said += text;
      if (said.includes('starting data transfer loop')) resolve();
    });
    child.once('error', cause => reject(new PtyError('setpriv is missing (Debian: util-linux)', { cause })));
    child.once('exit', code => reject(new PtyError(`socat ended (${code}); Debian package: socat. ${said}`)));
  });
}
