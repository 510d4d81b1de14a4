// The demo as a process of its own: what it said, and what it left running.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as assert from 'uvu/assert';

const main = fileURLToPath(new URL('../../simulator/demo/main.ts', import.meta.url));

export interface Demo {
  child: ChildProcess;
  /** On both streams. */
  said: () => string;
  /** On standard output. */
  printed: () => string;
  code: Promise<number | null>;
  /** Resolves when it has said `words`. */
  untilSaid(words: string): Promise<void>;
}

/** Starts a demo whose working folder is made in `dir`. */
export function start(dir: string, ...args: string[]): Demo {
  const { PATH, NODE_COMPILE_CACHE } = process.env;
  const child = spawn(
    process.execPath,
    [main, ...(args.includes('--out') ? [] : ['--out', join(dir, 'out')]), ...args],
    {
      env: { PATH, TMPDIR: dir, ...(NODE_COMPILE_CACHE && { NODE_COMPILE_CACHE }) },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  let [said, printed] = ['', ''];
  const watchers = new Set<() => void>();
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => {
      said += text;
      if (stream === child.stdout) printed += text;
      for (const watch of watchers) watch();
    });
  return {
    child,
    said: () => said,
    printed: () => printed,
    code: once(child, 'close').then(([code]) => code as number | null),
    untilSaid: words =>
      new Promise(resolve => {
        const watch = () => {
          if (!said.includes(words)) return;
          watchers.delete(watch);
          resolve();
        };
        watchers.add(watch);
        watch();
      }),
  };
}

/** Processes whose command line or environment names `dir`: what a demo of this test has left running. */
async function leftIn(dir: string): Promise<string[]> {
  const found: string[] = [];
  for (const pid of await readdir('/proc')) {
    if (!/^\d+$/.test(pid) || Number(pid) === process.pid) continue;
    const texts = await Promise.all(
      ['cmdline', 'environ', 'mountinfo'].map(name =>
        readFile(`/proc/${pid}/${name}`, 'latin1').catch(() => ''),
      ),
    );
    if (texts.some(text => text.includes(dir))) found.push(`${pid} ${texts[0]!.replaceAll('\0', ' ')}`);
  }
  return found;
}

/** Waits for what ends asynchronously, such as a process whose parent was killed. */
export async function nothingLeft(dir: string): Promise<void> {
  let left = await leftIn(dir);
  for (let look = 0; look < 100 && left.length > 0; look++) {
    await new Promise(resolve => setTimeout(resolve, 100));
    left = await leftIn(dir);
  }
  assert.equal(left, []);
}
