// `npm run simulator -- NAME`: starts one virtual part alone, on real endpoints, for a person or for an independent test
// tool; or runs one command of the virtual hub's operator.
import { runSimulator } from './command-line.ts';
import { exitWith } from './interrupted.ts';

/** What to do, by the system's code. */
const hints: Readonly<Record<string, string>> = {
  EADDRINUSE: 'Another program has this port: end it, or choose another; 0 takes a free one.',
  EACCES: 'This user may not have it: choose another.',
  ENOENT: 'There is no such file: check the options.',
  ENOSPC: 'The disk is full: make room, then run it again.',
};

const output = {
  out: (text: string) => void process.stdout.write(text),
  error: (text: string) => void process.stderr.write(text),
};

runSimulator(process.argv.slice(2), output).then(exitWith, (error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : error}\n`);
  const hint = hints[(error as NodeJS.ErrnoException)?.code ?? ''];
  if (hint !== undefined) process.stderr.write(`${hint}\n`);
  exitWith(1);
});
