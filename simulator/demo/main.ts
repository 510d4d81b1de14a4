// The demo: starts everything, lets residents come, shows each step, leaves papers and an index page in the out folder.
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { faults } from '../faults/registry.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { TerminalError } from '../terminal/terminal-error.ts';
import { faultList } from './fault-list.ts';
import type { Played, PlayOptions } from './in-shop.ts';
import { indexPage } from './index-page/page.ts';
import { type DemoOptions, help, OptionError, readOptions } from './options.ts';
import { takeOutFolder } from './out-folder.ts';
import { jsonOutput, type Output, verboseOutput } from './output.ts';
import { PlainOutput } from './plain-output.ts';
import { playWithFaults } from './play-faults.ts';
import { playResidents } from './play-residents.ts';
import { recordFiles } from './records.ts';
import { screensOf } from './steps.ts';
import { Stopwatch } from './stopwatch.ts';
import { keptLines, residentLines, whereLines } from './summary.ts';

async function main(): Promise<number> {
  const options = readOptions(process.argv.slice(2));
  if (options === 'help') {
    process.stdout.write(help);
    return 0;
  }
  if ('listed' in options) return list(options.listed);
  const interrupted = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    process.once(signal, () => interrupted.abort(new Error(`Interrupted by ${signal}.`)));
  // whoever watched has gone (a closed terminal, a pipe into head): end in order, and leave nothing behind
  for (const stream of [process.stdout, process.stderr])
    stream.on('error', () => interrupted.abort(new Error('Nobody reads the output any more.')));

  const dir = temporaryFolder('madoguchi');
  const out = await takeOutFolder(options.out);
  const output = outputOf(options);
  const given: PlayOptions = {
    ...{ options, dir, out: out.path, signal: interrupted.signal },
    stopwatch: new Stopwatch(entry => output.entry(entry)),
    say: line => output.line(line),
  };
  try {
    const { faults: chosen } = options;
    const playing = chosen.length > 0 ? playWithFaults(given, chosen) : playResidents(given);
    return await report(given, await playing.catch(failed), output);
  } finally {
    output.close();
    await out.release();
    if (!options.keep) await rm(dir, { recursive: true, force: true });
  }
}

function list(word: string): number {
  const text = faultList(faults, word);
  if (text === undefined) throw new OptionError(`no fault has ${word} in its name, summary or end`);
  process.stdout.write(text);
  return 0;
}

function outputOf({ json, verbose }: DemoOptions): Output {
  if (json) return jsonOutput(process.stdout, process.stderr);
  return verbose ? verboseOutput(process.stdout) : new PlainOutput(process.stdout, process.env);
}

function failed(error: unknown): Played {
  if (error instanceof TerminalError) return { visits: [], books: [], right: 0, failure: error };
  throw error;
}

/** The summary, in words and on the index page. Returns the exit code. */
async function report({ options, dir, out, stopwatch, say }: PlayOptions, played: Played, output: Output) {
  const { visits, books, right, startMs = 0 } = played;
  const withFaults = options.faults.length > 0;
  const index = join(out, 'index.html');
  const { condition = '', message = '', hint = '' } = played.failure ?? {};
  const failure = played.failure && { failure: { condition, message, hint } };
  const screens = screensOf(stopwatch.entries);
  await writeFile(
    index,
    indexPage({ visits, books, wanted: options.count, screens, records: recordFiles, ...failure }),
  );
  say('');
  if (!withFaults) for (const line of residentLines({ visits, books, startMs })) say(line);
  if (failure) say(`FAILED at "${condition}": ${message}\nWhat to do: ${hint}`);
  const records = recordFiles.map(name => join(out, name));
  if (visits.length > 0) for (const line of whereLines({ index, records }, visits)) say(line);
  if (options.keep) for (const line of keptLines(dir)) say(line);
  output.result({
    ...{ ms: stopwatch.ms, who: 'demo', right, of: options.count, books, index },
    what: `${withFaults ? 'as expected' : 'issued'} ${right} of ${options.count}`,
    visits: visits.map(({ papers: { files }, ...visit }) => ({ ...visit, files })),
    ...failure,
  });
  return right === options.count && !failure ? 0 : 1;
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
