// Runs the test suites: each file in a process group of its own, with an end to its patience, counted and judged.
import { rm } from 'node:fs/promises';
import { availableParallelism, constants } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { debianPath } from '../simulator/debian-path.ts';
import { programsVariable } from '../simulator/programs.ts';
import { temporaryFolder } from '../simulator/temporary-folder.ts';
import { compile } from './runner/compile.ts';
import { findTests } from './runner/find.ts';
import { type FileResult, judge } from './runner/judge.ts';
import { runFile } from './runner/process.ts';
import { closing, progress } from './runner/report.ts';
import { schedule } from './runner/schedule.ts';
import { stockVariable } from './shop-stock.ts';

const usage = `npm test [-- [options] [path or part of one]...]
  --jobs N     files at once (default 2), and twice as many beside them of those marked "// waits"; files marked "// alone"
               run after the others, one by one
  --grep TEXT  only files that contain TEXT
  --seed N     seed of randomised tests (default: a new one, shown)
  --in FOLDER  where to look (default: test)
  --suffix S   how the names of the files end (default: .test.ts)
  --list       name the files and stop
  --help       this`;

function options() {
  try {
    return parseArgs({
      allowPositionals: true,
      options: {
        jobs: { type: 'string', default: String(Math.min(2, availableParallelism())) },
        grep: { type: 'string' },
        seed: { type: 'string', default: String(Math.floor(Math.random() * 2 ** 31)) },
        in: { type: 'string', default: import.meta.dirname },
        suffix: { type: 'string', default: '.test.ts' },
        list: { type: 'boolean' },
        help: { type: 'boolean' },
      },
    });
  } catch (error) {
    console.error(`${(error as Error).message}\n${usage}`);
    process.exit(2);
  }
}

/** So few files start the programs from source. */
const fewFiles = 5;
/** What a file asks for is meant for a quiet machine; a slow or busy one gets so many times more. */
const patience = 4;

const { values, positionals } = options();
const jobs = Number(values.jobs);
if (values.help || !(jobs >= 1)) {
  console.log(usage);
  process.exit(values.help ? 0 : 2);
}

const tests = await findTests(pathToFileURL(`${resolve(values.in)}/`), {
  suffix: values.suffix,
  named: positionals,
  grep: values.grep,
});
if (tests.length === 0) {
  console.error('No test file fits what was asked for.');
  process.exit(1);
}
if (values.list) {
  for (const test of tests) console.log(test.name);
  process.exit(0);
}

const results: FileResult[] = [];
/** A signal that ends the run: every group is killed, and what it left is removed, before this process ends. */
const stop = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
  process.on(signal, () => stop.abort(constants.signals[signal]));
for (const signal of ['SIGUSR1', 'SIGUSR2'] as const) process.on(signal, () => undefined); // their default ends it at once
console.log(`${tests.length} files, seed ${values.seed}`);
/** What one process has compiled or enrolled, hundreds of others need not. */
const shared = temporaryFolder('shared');
const environment: NodeJS.ProcessEnv = {
  SEED: values.seed,
  NODE_COMPILE_CACHE: join(shared, 'compiled'),
  [stockVariable]: join(shared, 'stock'),
  PATH: debianPath(),
};

async function run(test: (typeof tests)[number]): Promise<void> {
  const patient = { ...test, timeoutMs: test.timeoutMs * patience };
  const result = judge(patient, await runFile(patient, environment, stop.signal));
  if (stop.signal.aborted) return;
  results.push(result);
  console.log(progress(result));
}

const programs = join(shared, 'programs');
if (tests.length > fewFiles) {
  await compile(programs, environment, stop.signal);
  environment[programsVariable] = programs;
}
await schedule(tests, { busy: jobs, waiting: 2 * jobs }, run, stop.signal);

await rm(shared, { recursive: true });
if (stop.signal.aborted) {
  console.error('Interrupted.');
  process.exit(128 + stop.signal.reason);
}

console.log(closing(results));
process.exitCode = results.some(result => result.failed > 0) ? 1 : 0;
