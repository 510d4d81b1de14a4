// Reads what `strace -f -ff -yy -ttt` wrote: each thread's calls, with the process that the thread belongs to.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export interface Call {
  /** Of the process; its threads' calls are its own. */
  pid: number;
  /** Seconds since 1970, to the microsecond. */
  at: number;
  name: string;
  /** The line, from the name to the result. */
  text: string;
}

const line = /^(\d+\.\d+) (([a-z0-9_]+)\(.*)$/;
/** clone, clone3, fork and vfork that worked. */
const birth = /(?:clone3?|v?fork)\(.* = (\d+)$/;

/** All calls in `folder`, in the order of time. Signals and exits are left out. */
export function callsIn(folder: string): Call[] {
  const threads = readdirSync(folder).map(file => ({
    thread: Number(file.split('.').at(-1)),
    lines: readFileSync(join(folder, file), 'latin1').split('\n'),
  }));
  const parents = new Map<number, number>();
  for (const { thread, lines } of threads)
    for (const text of lines) {
      const child = text.includes('CLONE_THREAD') ? birth.exec(text)?.[1] : undefined;
      if (child) parents.set(Number(child), thread);
    }
  const processOf = (thread: number): number => {
    const parent = parents.get(thread);
    return parent === undefined ? thread : processOf(parent);
  };
  const calls = threads.flatMap(({ thread, lines }) => {
    const pid = processOf(thread);
    return lines.flatMap(whole => {
      const [, at, text, name] = line.exec(whole) ?? [];
      return at && text && name ? [{ pid, at: Number(at), name, text }] : [];
    });
  });
  return calls.sort((one, other) => one.at - other.at);
}
