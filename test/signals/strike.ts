// Starts a program, sends it a signal at one moment of its life, and looks at what is left.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync } from 'node:fs';
import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Duplex, Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { temporaryFolder } from '../../simulator/temporary-folder.ts';
import { harmlessSignals, livesOn } from '../lives-on.ts';
import type { Program } from './programs.ts';

export const signals = ['SIGTERM', 'SIGINT', 'SIGHUP'] as const;
export type Signal = (typeof signals)[number];

const living = new Set<ChildProcess>();
/** Ends what was started, where the campaign itself is interrupted. */
export const endAll = () => Promise.all([...living].map(endGroup));

/** Where npm keeps what Node compiled of npm itself. */
const ofNpm = 'node-compile-cache';

const maxStartMs = 180_000;
const lookMs = 50;

/**
 * How long the program takes to start, in ms, and which of the signals that mean nothing to it ended it then. Errors: one that does not
 * start.
 */
export async function lifeOf(program: Program): Promise<{ lifeMs: number; endedBy: string | undefined }> {
  const began = performance.now();
  const dir = temporaryFolder('sig', 20);
  const child = start(program, dir);
  const lasted = await Promise.race([said(child, program.ready), sleep(maxStartMs, 'late', { ref: false })]);
  const lifeMs = performance.now() - began;
  const endedBy = program.isNpm || lasted === 'late' ? undefined : await endingOf(child.pid!);
  await endGroup(child);
  await nothingLeft(program, dir, performance.now() + maxStartMs);
  await rm(dir, { recursive: true, force: true });
  if (lasted === 'late') throw new Error(`${program.name} did not start`);
  return { lifeMs, endedBy };
}

/** The first of the harmless signals that ended the process; undefined where it stands all of them. */
async function endingOf(pid: number): Promise<string | undefined> {
  for (const signal of harmlessSignals) {
    process.kill(pid, signal);
    if (!(await livesOn(pid))) return signal;
  }
  return undefined;
}

/** Returns a sentence for each thing that is wrong. `withinMs`: from the signal until nothing is left. */
export async function strike(program: Program, afterMs: number, signal: Signal, withinMs: number) {
  const dir = temporaryFolder('sig', 20);
  const child = start(program, dir);
  const ended = once(child, 'exit');
  await Promise.race([sleep(afterMs), ended]);
  const until = performance.now() + withinMs;
  // Ctrl-C and a terminal that is closed reach the whole group
  if (child.exitCode === null) process.kill(signal === 'SIGTERM' ? child.pid! : -child.pid!, signal);
  // so they reach the parent of a process with a door as well, which closes it
  if (signal !== 'SIGTERM' && program.third === 'pipe') (child.stdio[3] as Duplex).destroy();
  const wrong: string[] = [];
  if ((await Promise.race([ended, sleep(withinMs, 'late', { ref: false })])) === 'late')
    wrong.push('does not end');
  wrong.push(...(await nothingLeft(program, dir, until)));
  await endGroup(child);
  await rm(dir, { recursive: true, force: true });
  return wrong;
}

function start({ command, third }: Program, dir: string): ChildProcess {
  mkdirSync(join(dir, 'tmp'));
  const [file = '', ...args] = command(dir);
  const child = spawn(file, args, {
    detached: true, // a process group of its own, as a shell makes it
    stdio: ['ignore', 'pipe', 'pipe', ...(third ? [third] : [])],
    env: { ...process.env, TMPDIR: join(dir, 'tmp'), SIGNALS_DIR: dir },
  });
  living.add(child);
  child.once('exit', () => living.delete(child));
  return child;
}

function said(child: ChildProcess, words: RegExp): Promise<void> {
  let text = '';
  return new Promise(resolve => {
    const take = (more: unknown) => {
      text += more;
      if (words.test(text)) resolve();
    };
    child.on('message', message => take(JSON.stringify(message)));
    for (const stream of child.stdio.slice(1)) (stream as Readable | null)?.on('data', take);
  });
}

async function endGroup(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  process.kill(-child.pid!, 'SIGTERM');
  if ((await Promise.race([ended, sleep(10_000, 'late', { ref: false })])) !== 'late') return;
  process.kill(-child.pid!, 'SIGKILL');
  await ended;
}

async function nothingLeft({ removed = [] }: Program, dir: string, until: number): Promise<string[]> {
  for (;;) {
    const left = [
      ...(await processesOf(dir)),
      ...(await readdir(join(dir, 'tmp'))).filter(name => name !== ofNpm).map(name => `file ${name}`),
      ...removed.filter(path => existsSync(path)),
    ];
    if (left.length === 0) return [];
    if (performance.now() > until) return left.map(what => `leaves ${what}`);
    await sleep(lookMs);
  }
}

/** Processes whose command line or environment names `dir`. */
async function processesOf(dir: string): Promise<string[]> {
  const found: string[] = [];
  for (const pid of await readdir('/proc')) {
    if (!/^\d+$/.test(pid) || Number(pid) === process.pid) continue;
    const read = (name: string) => readFile(`/proc/${pid}/${name}`, 'latin1').catch(() => '');
    const [command, environment, stat] = [await read('cmdline'), await read('environ'), await read('stat')];
    if (stat.includes(') Z ') || !(command + environment).includes(dir)) continue;
    found.push(`process ${pid} ${command.replaceAll('\0', ' ').slice(0, 160)}`);
  }
  return found;
}
