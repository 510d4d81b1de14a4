// The virtual reader starts and ends without leftovers: several at once, killed hard, as root and as an ordinary user.
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chown, readdir, readFile, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { makeCardAuthority } from '../../../simulator/card/authority.ts';
import { part } from '../../../simulator/card/part.ts';
import { startCardReader, type VirtualCardReader } from '../../../simulator/card/reader.ts';
import { temporaryFolder } from '../../../simulator/temporary-folder.ts';
import { codeOf, refusalOf } from '../../refusal.ts';
import type { Started } from './reader.fixture.ts';

const test = suite('virtual card reader');
const SCRIPT = fileURLToPath(new URL('reader.fixture.ts', import.meta.url));
const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const NOBODY = 65534;
const folders: string[] = [];
const readers: VirtualCardReader[] = [];
const children: ChildProcess[] = [];

async function folder(): Promise<string> {
  const dir = temporaryFolder('madoguchi-reader', 0); // another user has to get there
  folders.push(dir);
  return dir;
}
test.after(async () => {
  // Also after a failed test: otherwise the test process would not end.
  for (const child of children) child.kill('SIGKILL');
  for (const reader of readers) await reader.close();
  for (const dir of folders) await rm(dir, { recursive: true });
});

async function start(dir: string): Promise<VirtualCardReader> {
  const reader = await startCardReader({ dir });
  readers.push(reader);
  return reader;
}

const judge = async (socketName: string, ...args: string[]) => {
  const env = { ...process.env, PCSCLITE_CSOCK_NAME: socketName };
  return (await promisify(execFile)('opensc-tool', args, { env })).stdout;
};

/** A command that mounts the checkout at `view`, for a user who cannot enter the folders above it (for example /root). */
const throughView = (view: string, as: number): string[] => [
  ...[
    'unshare',
    '--mount',
    'sh',
    '-ec',
    'mount --bind "$1" "$2"; cd "$2"; shift 2; exec "$@"',
    'sh',
    ROOT,
    view,
  ],
  ...['setpriv', `--reuid=${as}`, `--regid=${as}`, '--clear-groups'],
];

/** Starts reader.fixture.ts, as user `as` if it is given. */
async function startProcess(dir: string, as?: number): Promise<{ child: ChildProcess; started: Started }> {
  const view = as === undefined ? ROOT : await folder();
  const command = as === undefined ? ['env'] : throughView(view, as);
  const node = [process.execPath, SCRIPT].map(path => path.replace(ROOT, `${view}/`));
  const child = spawn(command[0]!, [...command.slice(1), ...node, dir], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  children.push(child);
  const failed = once(child, 'exit').then(([code]): never => {
    throw new Error(`it ended with ${code}`);
  });
  const [started] = await Promise.race([once(child, 'message'), failed]);
  failed.catch(() => {}); // from here on the tests wait for the exit themselves
  return { child, started };
}

/** True if the process has ended, or is a zombie because init has not waited for it yet. */
async function isDead(pid: number): Promise<boolean> {
  assert.ok(pid > 1);
  const status = await readFile(`/proc/${pid}/stat`, 'latin1').catch(() => ') Z');
  return status.slice(status.lastIndexOf(')')).startsWith(') Z');
}
const mounts = () => readFile('/proc/self/mountinfo', 'utf8');

test('two readers at once have two cards, and each sees its own only', async () => {
  const authority = await makeCardAuthority();
  const [one, two] = await Promise.all([start(await folder()), start(await folder())]);
  await one.insert(authority.issue());
  await two.insert(authority.issue({ profile: 'juki' }));
  assert.match(await judge(one.socketName, '--atr'), /^3b:da:13/);
  assert.match(await judge(two.socketName, '--atr'), /^3b:e0:00/);
  assert.is((await judge(one.socketName, '--list-readers')).match(/Madoguchi/g)?.length, 1);
  await one.close();
  assert.match(await judge(two.socketName, '--atr'), /^3b:e0:00/);
  await two.close();
});

test('after close no process, mount or file is left; it is safe to close twice', async () => {
  const dir = await folder();
  const before = await mounts();
  const reader = await start(dir);
  const { pid } = reader;
  assert.not.ok(await isDead(pid));
  assert.is(await mounts(), before, 'its mounts are not visible outside');
  await reader.close();
  await reader.close();
  assert.ok(await isDead(pid));
  assert.equal(await readdir(dir), []);
});

test('pcscd ends when its parent process is killed with SIGKILL', async () => {
  const dir = await folder();
  const { child, started } = await startProcess(dir);
  const witness = connect(started.socketName);
  await once(witness, 'connect');
  assert.not.ok(await isDead(started.pid));
  // a socket with bytes that pcscd has not read ends with ECONNRESET, and then is closed
  const closed = new Promise(resolve => witness.on('error', () => undefined).on('close', resolve));
  child.kill('SIGKILL');
  witness.resume();
  await closed;
  // its sockets close a moment before the process ends
  while (!(await isDead(started.pid))) await turn();
  await rm(join(dir, 'pcscd'), { recursive: true });
});

test('it starts again in the folder of a crashed reader', async () => {
  const dir = await folder();
  const reader = await start(dir);
  await reader.crash();
  assert.equal(await readdir(join(dir, 'pcscd')), ['card.sock', 'pcscd.comm', 'pcscd.pid']);
  await reader.recover();
  assert.match(await judge(reader.socketName, '--list-readers'), reader.readerName);
  await reader.close();
});

test('an ordinary user can run it', async () => {
  const dir = await folder();
  if (process.getuid?.() === 0) await chown(dir, NOBODY, NOBODY);
  const { child, started } = await startProcess(dir, process.getuid?.() === 0 ? NOBODY : undefined);
  assert.match(await judge(started.socketName, '--name'), /^jpki$/m);
  child.send('close');
  assert.equal(await once(child, 'exit'), [0, null]);
  assert.equal(await readdir(dir), []);
});

test('a path that is too long for a socket is refused', async () => {
  const dir = join(await folder(), 'x'.repeat(100));
  assert.is(await codeOf(startCardReader({ dir })), 'cardReader/path');
});

test('the part "card" prints how to connect to it, and has the card of its options', async () => {
  const lines: string[] = [];
  const context = { dir: await folder(), say: (line: string) => lines.push(line) };
  const running = await part.start({ pin: '0000', profile: 'juki', expired: true }, context);
  try {
    const socketName = running.listens.PCSCLITE_CSOCK_NAME!;
    assert.match(await judge(socketName, '--atr'), /^3b:e0:00/);
    assert.ok(lines.some(line => line.includes(`PCSCLITE_CSOCK_NAME=${socketName} opensc-tool`)));
    assert.not.match(lines.join(), '0000');
  } finally {
    await running.close();
  }
  await refusalOf(part.start({ pin: '12', profile: 'juki' }, context), TypeError);
});

test.run();
