// The demo's command line. What is answered at once imports nothing of the simulator; only a play does.
import { readFileSync } from 'node:fs';
import { faults } from '../faults/registry.ts';
import { exitWith } from '../interrupted.ts';
import { checkWish } from './draw-resident.ts';
import { faultList } from './fault-list.ts';
import { help, OptionError, readOptions } from './options.ts';

/** Returns the exit code. Errors: OptionError. */
async function main(): Promise<number> {
  const options = readOptions(process.argv.slice(2));
  if (options === 'help') return answer(help);
  if (options === 'version') return answer(`madoguchi ${version()}\n`);
  if ('listed' in options) return list(options.listed);
  checkWish(options);
  const { play } = await import('./play.ts');
  return play(options);
}

const version = (): string =>
  JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')).version;

function answer(text: string): number {
  process.stdout.write(text);
  return 0;
}

function list(word: string): number {
  const text = faultList(faults, word);
  if (text === undefined) throw new OptionError(`no fault has ${word} in its name, summary or end`);
  return answer(text);
}

main().then(exitWith, error => {
  const isWrong = error instanceof OptionError;
  const message = error instanceof Error ? error.message : error;
  process.stderr.write(isWrong ? `${message}; see npm run demo -- --help\n` : `${message}\n`);
  exitWith(isWrong ? 2 : 1);
});
