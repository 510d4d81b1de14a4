// Starts a real pcscd with the virtual reader, in a mount namespace of its own. Many can run at once; root is not needed.
import { spawn } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { ownGroup } from '../interrupted.ts';
import { isListening } from '../is-listening.ts';
import { VirtualReaderError } from './error.ts';

export interface Pcscd {
  readonly pid: number;
  /** Resolves when the process has ended, for any reason. */
  readonly ended: Promise<void>;
  /** Ends the process with `signal` (default SIGTERM), and with SIGKILL after 10 s. */
  stop(signal?: 'SIGTERM' | 'SIGKILL'): Promise<void>;
}

const SCRIPT = fileURLToPath(new URL('pcscd.sh', import.meta.url));
const START_TIMEOUT_MS = 60_000;
const STOP_TIMEOUT_MS = 10_000;
const KEPT_OUTPUT_CHARS = 4_000;

/** Runs pcscd with `dir` as its /run/pcscd. Resolves when `dir`/pcscd.comm takes connections. Errors: cardReader/start. */
export async function startPcscd(dir: string, library: string, readerName: string): Promise<Pcscd> {
  for (const left of ['pcscd.comm', 'pcscd.pid']) await rm(`${dir}/${left}`, { force: true });
  // setpriv comes after unshare: a new user namespace changes the credentials, and that clears the death signal (prctl(2)).
  const child = spawn(
    'unshare',
    [
      ...(process.getuid?.() === 0 ? [] : ['--map-root-user']),
      ...['--mount', 'setpriv', '--pdeathsig', 'KILL', 'sh', SCRIPT],
      ...[dir, library, readerName, String(process.pid)],
    ],
    { stdio: ['ignore', 'pipe', 'pipe'], ...ownGroup() },
  );
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => {
      output = (output + text).slice(-KEPT_OUTPUT_CHARS);
    });
  let running = true;
  const ended = new Promise<void>(resolve => {
    const end = () => {
      running = false;
      resolve();
    };
    child.once('close', end).once('error', error => {
      output += error.message;
      end();
    });
  });
  const stop = async (signal: 'SIGTERM' | 'SIGKILL' = 'SIGTERM') => {
    if (running) child.kill(signal);
    const killTimer = setTimeout(() => child.kill('SIGKILL'), STOP_TIMEOUT_MS);
    await ended;
    clearTimeout(killTimer);
  };

  const deadline = performance.now() + START_TIMEOUT_MS;
  while (running && performance.now() < deadline) {
    if (await isListening({ path: `${dir}/pcscd.comm` })) return { pid: child.pid!, ended, stop };
    await new Promise(resolve => setTimeout(resolve, 5));
  }
  await stop('SIGKILL');
  throw new VirtualReaderError(
    'cardReader/start',
    `pcscd did not start: ${output.trim() || 'no output'}`,
    'Install pcscd (Debian: apt-get install pcscd). It needs permission to make a mount namespace: root, or user namespaces.',
  );
}
