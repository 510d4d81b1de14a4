// The log never stops a process: not on a full disk, nor when its reader stalls or has gone.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { test } from 'uvu';
import * as assert from 'uvu/assert';

const fixture = fileURLToPath(new URL('./log.fixture.ts', import.meta.url));

interface Entry {
  process: string;
  pid: number;
  msg: string;
  [field: string]: unknown;
}

/** Starts the fixture. Its standard error is `stderr`, or a FIFO that is read by `reader`, a shell command. */
function start(stderr: 'pipe' | number | { reader: string }, ...args: string[]): ChildProcess {
  if (typeof stderr !== 'object')
    return spawn(process.execPath, [fixture, ...args], { stdio: ['pipe', 'pipe', stderr] });
  // bash's process substitution makes a real pipe, where Node makes socket pairs
  const script = `exec "$0" "$@" 2> >(exec 0<&0 1>&4; ${stderr.reader})`;
  return spawn('bash', ['-c', script, process.execPath, fixture, ...args], {
    stdio: ['pipe', 'pipe', 'inherit', 'ignore', 'pipe'],
  });
}

/** It logs much, goes on, and ends in order. */
async function goesOn(child: ChildProcess): Promise<void> {
  child.stdin!.write('go');
  assert.is(String((await once(child.stdout!, 'data'))[0]), 'on');
  child.kill('SIGTERM');
  assert.equal(await once(child, 'exit'), [7, null]);
}

async function entriesOf(child: ChildProcess): Promise<Entry[]> {
  let text = '';
  for await (const chunk of child.stderr!.setEncoding('utf8')) text += chunk;
  return text
    .trim()
    .split('\n')
    .map(line => JSON.parse(line) as Entry);
}

test('lines are JSON with process, pid and fields; all of them come to a reader who keeps up, in order', async () => {
  const child = start('pipe');
  const [entries] = await Promise.all([entriesOf(child), goesOn(child)]);
  const { process: name, pid, msg, n } = entries[0]!;
  assert.equal([name, pid, msg, n], ['agent', child.pid, 'began', 1]);
  assert.is(entries.at(-1)!.msg, 'ended');
  const many = entries.filter(entry => entry.msg === 'many').map(entry => Number(entry.n));
  assert.equal(
    many,
    many.toSorted((a, b) => a - b),
  );
  const dropped = entries
    .filter(entry => entry.msg === 'log lines dropped')
    .map(({ lines }) => Number(lines));
  assert.is(
    many.length + dropped.reduce((sum, lines) => sum + lines, 0),
    4_000,
    'what is missing is counted',
  );
});

test('a reader that stalls stops nothing: a socket, shared with a child that was started meanwhile', async () => {
  const child = start('pipe');
  child.stderr!.pause();
  await goesOn(child);
  child.stderr!.destroy();
});

test('a reader that stalls stops nothing: a pipe', async () => {
  const child = start({ reader: 'read -r -u 4 line' });
  await goesOn(child);
  (child.stdio[4] as unknown as { destroy(): void }).destroy();
});

test('a reader that has gone stops nothing', async () => {
  for (const stderr of ['pipe', { reader: 'exit' }] as const) {
    const child = start(stderr);
    child.stderr?.destroy();
    await goesOn(child);
  }
});

test('a full disk stops nothing', async () => {
  const full = openSync('/dev/full', 'w');
  await goesOn(start(full));
  closeSync(full);
});

test('an uncaught error is the last line, without its message; a stalled reader does not keep it alive', async () => {
  const child = start('pipe', 'crash');
  const entries = entriesOf(child);
  child.stdin!.write('go');
  assert.equal(await once(child, 'exit'), [1, null]);
  const last = (await entries).at(-1)!;
  assert.equal([last.msg, last.error], ['crashed', 'TypeError']);
  assert.match(String(last.at), /log\.fixture\.ts/);
  assert.not.match(JSON.stringify(await entries), /secret|nobody reads/);

  const stalled = start('pipe', 'crash');
  stalled.stderr!.pause();
  stalled.stdin!.write('go');
  assert.equal(await once(stalled, 'exit'), [1, null]);
  stalled.stderr!.destroy();
});

test.run();
