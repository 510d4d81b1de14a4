// Runs one test file in a process group of its own and leaves nothing of it behind.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { temporaryFolder } from '../../simulator/temporary-folder.ts';
import type { TestFile } from './find.ts';
import { notes, notesFolder, notesOwner } from './marks.ts';

export interface Run {
  /** Exit code, or undefined where a signal ended it. */
  code: number | undefined;
  signal: NodeJS.Signals | undefined;
  timedOut: boolean;
  /** Commands of processes that were still there when the file had ended. */
  leftBehind: readonly string[];
  /** Both outputs, as they came. */
  output: string;
  durationMs: number;
  /** The test or hook that was under way when the file ended; empty where none was. */
  running: string;
  /** Why tests and hooks failed. uvu shows it as well, but only when all tests of a suite are over. */
  reasons: string;
  /** Time on a processor, user and system, of the file and of the processes that it waited for; undefined where it was killed. */
  processorMs: number | undefined;
}

/** How long helpers of a test may take to notice that it is over. */
const graceMs = 2000;
/** Kept of one file's output. */
const maxOutput = 1 << 20;

const preload = new URL('./preload.ts', import.meta.url).href;

/** Runs `test` with `extra` added to the environment; kills its whole group when its time is over, or when `stop` aborts. */
export async function runFile(
  test: Pick<TestFile, 'path' | 'timeoutMs'>,
  extra: NodeJS.ProcessEnv = {},
  stop?: AbortSignal,
): Promise<Run> {
  const started = performance.now();
  // short names: sockets are made in it
  const folder = temporaryFolder('r');
  const temporary = join(folder, 't');
  await mkdir(temporary);
  const child = spawn(process.execPath, ['--import', preload, test.path], {
    detached: true, // a process group of its own
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      ...process.env,
      FORCE_COLOR: '0',
      NO_COLOR: '1',
      TMPDIR: temporary,
      [notesFolder]: folder,
      [notesOwner]: undefined,
      ...extra,
    },
  });
  const group = child.pid;
  if (group === undefined) throw new Error(`${process.execPath} did not start`);
  const interrupted = () => kill(group);
  stop?.addEventListener('abort', interrupted);
  if (stop?.aborted) interrupted();

  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => {
      if (output.length < maxOutput) output += text;
    });

  let timedOut = false;
  const timer = setTimeout(() => {
    timedOut = true;
    kill(group);
  }, test.timeoutMs);
  // `exit`, not `close`: a process that is left behind keeps the pipes open
  const [code, signal] = (await once(child, 'exit')) as [number | null, NodeJS.Signals | null];
  clearTimeout(timer);
  const leftBehind = timedOut ? [] : await remains(group);
  kill(group);
  if (!child.stdout.closed || !child.stderr.closed)
    await Promise.race([once(child, 'close'), sleep(graceMs)]);
  stop?.removeEventListener('abort', interrupted);
  const durationMs = performance.now() - started;
  const noted = (name: keyof typeof notes) => readFile(join(folder, notes[name]), 'utf8').catch(() => '');
  const [running, reasons, processor] = [
    await noted('running'),
    await noted('reasons'),
    await noted('processor'),
  ];
  await rm(folder, { recursive: true, force: true });
  return {
    ...{ code: code ?? undefined, signal: signal ?? undefined, timedOut, leftBehind, output, durationMs },
    ...{ running, reasons, processorMs: processor === '' ? undefined : Number(processor) },
  };
}

function kill(group: number): void {
  try {
    process.kill(-group, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error; // ESRCH: nobody is left
  }
}

/** Who is still in the group once the grace is over. */
async function remains(group: number): Promise<string[]> {
  const until = performance.now() + graceMs;
  let members = await membersOf(group);
  while (members.length > 0 && performance.now() < until) {
    await sleep(50);
    members = await membersOf(group);
  }
  return members;
}

/** Commands of the living processes of a group, from /proc/PID/stat (proc(5): pid, (comm), state, ppid, pgrp). */
async function membersOf(group: number): Promise<string[]> {
  const stats = await Promise.all(
    (await readdir('/proc'))
      .filter(name => /^\d+$/.test(name))
      .map(pid => readFile(`/proc/${pid}/stat`, 'utf8').catch(gone)),
  );
  return stats.flatMap(stat => {
    const [, command, state, pgrp] = /^\d+ \((.*)\) (\S) \d+ (\d+)/s.exec(stat) ?? [];
    return Number(pgrp) === group && state !== 'Z' && command !== undefined ? [command] : [];
  });
}

/** A process that ended between listing and reading is no member. */
const gone = (): string => '';
