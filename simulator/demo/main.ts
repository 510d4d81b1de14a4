// The demo: starts everything, lets residents come, shows each step, leaves the papers in the out folder.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { faults } from '../faults/registry.ts';
import { TerminalError } from '../terminal/terminal-error.ts';
import { expectedOf, playWithFaults } from './fault-play.ts';
import { help, OptionError, readOptions } from './options.ts';
import { takeOutFolder } from './out-folder.ts';
import { type Played, play } from './play-demo.ts';
import { asLine, Stopwatch } from './stopwatch.ts';

/** A socket's path has at most 107 bytes (unix(7)), and the terminal's sockets lie some folders deep. */
const maxBase = 40;

function failed(error: unknown): Played {
  if (error instanceof TerminalError) return { issued: 0, failure: error };
  throw error;
}

const faultList = (): string =>
  faults
    .map(fault => `${fault.name.padEnd(46)} ${fault.summary}\n${''.padEnd(46)} → ${expectedOf([fault])}\n`)
    .join('');

async function main(): Promise<number> {
  const options = readOptions(process.argv.slice(2));
  if (options === 'help' || options === 'faults') {
    process.stdout.write(options === 'help' ? help : faultList());
    return 0;
  }
  const interrupted = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    process.once(signal, () => interrupted.abort(new Error(`Interrupted by ${signal}.`)));
  // whoever watched has gone (a closed terminal, a pipe into head): end in order, and leave nothing behind
  for (const stream of [process.stdout, process.stderr])
    stream.on('error', () => interrupted.abort(new Error('Nobody reads the output any more.')));

  const base = tmpdir().length <= maxBase ? tmpdir() : '/tmp';
  const dir = await mkdtemp(join(base, 'madoguchi-'));
  const out = await takeOutFolder(options.out);
  const stopwatch = new Stopwatch(entry =>
    process.stdout.write(`${options.json ? JSON.stringify(entry) : asLine(entry)}\n`),
  );
  const say = (line: string) => void (options.json ? process.stderr : process.stdout).write(`${line}\n`);
  const given = { options, dir, out: out.path, stopwatch, say, signal: interrupted.signal };
  const { faults: chosen } = options;
  const played = chosen.length > 0 ? playWithFaults(given, chosen) : play(given);
  try {
    const { issued, failure } = await played.catch(failed);
    if (failure)
      say(`FAILED at the leg "${failure.condition}": ${failure.message}\nWhat to do: ${failure.hint}`);
    if (options.keep) say(`kept: ${dir}`);
    say(`${chosen.length > 0 ? 'as expected' : 'issued'} ${issued} of ${options.count}`);
    return issued === options.count ? 0 : 1;
  } finally {
    await out.release();
    if (!options.keep) await rm(dir, { recursive: true, force: true });
  }
}

main().then(
  code => {
    process.exitCode = code;
  },
  error => {
    if (error instanceof OptionError) {
      process.stderr.write(`${error.message}; see npm run demo -- --help\n`);
      process.exitCode = 2;
      return;
    }
    process.stderr.write(`${error instanceof Error ? error.message : error}\n`);
    process.exitCode = 1;
  },
);
