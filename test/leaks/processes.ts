// The processes that this test started, and those that they started.
import { readdirSync, readFileSync } from 'node:fs';

export interface Running {
  pid: number;
  /** Its program (comm), for a message. */
  name: string;
}

/** proc(5), stat: pid (comm) state ppid. */
const stat = /^(\d+) \((.*)\) \S (\d+) /s;

/** All of them, down to the last; those of other tests are not among them. */
export function descendants(of = process.pid): Running[] {
  const all = readdirSync('/proc').flatMap(pid => {
    const found = /^\d+$/.test(pid) ? stat.exec(statOf(pid)) : null;
    return found ? [{ pid: Number(found[1]), name: found[2]!, parent: Number(found[3]) }] : [];
  });
  const below = (pid: number): Running[] =>
    all.filter(({ parent }) => parent === pid).flatMap(child => [child, ...below(child.pid)]);
  return below(of).map(({ pid, name }) => ({ pid, name }));
}

function statOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'latin1');
  } catch {
    return ''; // gone meanwhile
  }
}
