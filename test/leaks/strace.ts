// Reads what `strace -f -ff -yy` wrote: each thread's calls, with the process that the thread belongs to.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export interface Call {
  /** Of the process; its threads' calls are its own. */
  pid: number;
  name: string;
  /** The line, from the name to the result. */
  text: string;
}

/** clone, clone3, fork and vfork that worked. */
const birth = /^(?:clone3?|v?fork)\(.* = (\d+)$/;

/** All calls in `folder`, thread by thread. Signals and exits are left out. */
export function callsIn(folder: string): Call[] {
  const threads = readdirSync(folder).map(file => ({
    thread: Number(file.split('.').at(-1)),
    lines: readFileSync(join(folder, file), 'latin1').split('\n'),
  }));
  const parents = new Map<number, number>();
  for (const { thread, lines } of threads)
    for (const line of lines) {
      const child = line.includes('CLONE_THREAD') ? birth.exec(line)?.[1] : undefined;
      if (child) parents.set(Number(child), thread);
    }
  const processOf = (thread: number): number => {
    const parent = parents.get(thread);
    return parent === undefined ? thread : processOf(parent);
  };
  return threads.flatMap(({ thread, lines }) => {
    const pid = processOf(thread);
    return lines.flatMap(text => {
      const name = /^[a-z0-9_]+(?=\()/.exec(text)?.[0];
      return name ? [{ pid, name, text }] : [];
    });
  });
}
