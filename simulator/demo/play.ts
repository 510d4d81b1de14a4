// The play of a demo: starts everything, lets residents come, shows each step, leaves papers and an index page in the out folder.
import { join } from 'node:path';
import { interruption } from '../interrupted.ts';
import { folderUntilExit, temporaryFolder } from '../temporary-folder.ts';
import { onPart, TerminalError } from '../terminal/terminal-error.ts';
import type { Played, PlayOptions } from './in-shop.ts';
import { indexPage } from './index-page/page.ts';
import type { DemoOptions } from './options.ts';
import { takeOutFolder } from './out-folder.ts';
import { jsonOutput, type Output, verboseOutput } from './output.ts';
import { PlainOutput } from './plain-output.ts';
import { playWithFaults } from './play-faults.ts';
import { playResidents } from './play-residents.ts';
import { recordFiles } from './records.ts';
import { screensOf } from './steps.ts';
import { Stopwatch } from './stopwatch.ts';
import { keptLines, residentLines, whereLines } from './summary.ts';
import { writeWhole } from './write-whole.ts';

/** Returns the exit code. Errors: OptionError for an out folder that cannot be used. */
export async function play(options: DemoOptions): Promise<number> {
  const signal = interruption();
  const out = await takeOutFolder(options.out);
  const dir = (options.keep ? temporaryFolder : folderUntilExit)('madoguchi');
  const output = outputOf(options);
  const given: PlayOptions = {
    ...{ options, dir, out: out.path, signal },
    stopwatch: new Stopwatch(entry => output.entry(entry)),
    say: line => output.line(line),
  };
  try {
    const { faults: chosen } = options;
    const playing = chosen.length > 0 ? playWithFaults(given, chosen) : playResidents(given);
    const played = await playing.catch(failed);
    signal.throwIfAborted();
    return await report(given, played, output);
  } catch (error) {
    signal.throwIfAborted(); // whatever failed then, failed because of it
    if (!(error instanceof TerminalError)) throw error;
    for (const text of failureLines(error)) given.say(text);
    return 1;
  } finally {
    output.close();
    await out.release();
  }
}

function outputOf({ json, verbose }: DemoOptions): Output {
  if (json) return jsonOutput(process.stdout, process.stderr);
  return verbose ? verboseOutput(process.stdout) : new PlainOutput(process.stdout, process.env);
}

const failureLines = ({ condition, message, hint }: TerminalError): string[] => [
  `FAILED at "${condition}": ${message}`,
  `What to do: ${hint}`,
];

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
  const page = indexPage({
    ...{ visits, books, wanted: options.count, screens, records: recordFiles },
    ...failure,
  });
  await onPart('out', writeWhole(index, page));
  say('');
  if (!withFaults) for (const line of residentLines({ visits, books, startMs })) say(line);
  if (played.failure) for (const line of failureLines(played.failure)) say(line);
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
