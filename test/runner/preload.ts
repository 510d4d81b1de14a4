// Preloaded into each test file: reports what uvu keeps to itself, and how much processor time the file used.
import { readFileSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { isMainThread } from 'node:worker_threads';
import { note } from './notes.ts';

/** Of one clock tick in /proc: USER_HZ is 100 wherever Linux runs (proc(5)). */
const tickMs = 10;
const reporting = new URL('reporting-uvu.ts', import.meta.url).href;

if (isMainThread) {
  process.on('exit', () => note('processor', String(processorMs())));
  registerHooks({
    resolve: (specifier, context, next) =>
      specifier === 'uvu' && context.parentURL !== reporting
        ? { url: reporting, shortCircuit: true }
        : next(specifier, context),
  });
}

/** Of this process and of those that it waited for. utime, stime, cutime, cstime: fields 14 to 17 of proc(5). */
function processorMs(): number {
  const stat = readFileSync('/proc/self/stat', 'latin1');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return fields.slice(11, 15).reduce((sum, ticks) => sum + Number(ticks), 0) * tickMs;
}
