// `npm run simulator -- NAME`: starts one virtual part alone, on real endpoints, for a person or for an independent test
// tool; or runs one command of the virtual hub's operator.
import { once } from 'node:events';
import { type ParseArgsOptionDescriptor, parseArgs } from 'node:util';
import { command as cards } from './card/cards-command.ts';
import { part as card } from './card/part.ts';
import type { CommandDefinition } from './command.ts';
import { command as consent } from './hub/operator/consent-command.ts';
import { part as hub } from './hub/process/part.ts';
import { exitWith, interruption } from './interrupted.ts';
import { part as pagePrinter } from './page-printer/part.ts';
import type { PartContext, PartDefinition, RunningPart } from './part.ts';
import { part as pinpad } from './pinpad/part.ts';
import { part as receiptPrinter } from './receipt-printer/part.ts';
import { folderUntilExit } from './temporary-folder.ts';
import { part as terminal } from './terminal/part.ts';

const parts: readonly PartDefinition[] = [card, pinpad, receiptPrinter, pagePrinter, hub, terminal];
const commands: readonly CommandDefinition[] = [cards, consent];

const usage = (): string =>
  [
    'Usage: npm run simulator -- NAME [OPTIONS]',
    '',
    'Starts one virtual part and prints where it listens; Ctrl-C ends it and removes everything.',
    '',
    ...parts.flatMap(about),
    '',
    'Or runs one command and ends:',
    '',
    ...commands.flatMap(about),
    '',
    '  --help           this text; for one part or command: npm run simulator -- NAME --help',
    '',
  ].join('\n');

/** What to do, by the system's code. */
const hints: Readonly<Record<string, string>> = {
  EADDRINUSE: 'Another program has this port: end it, or choose another; 0 takes a free one.',
  EACCES: 'This user may not have it: choose another.',
  ENOENT: 'There is no such file: check the options.',
  ENOSPC: 'The disk is full: make room, then run it again.',
};

type Definition = Pick<PartDefinition, 'name' | 'summary' | 'options'>;

const about = (one: Definition): string[] => [`  ${one.name.padEnd(16)} ${one.summary}`, ...optionLines(one)];

const optionLines = ({ options }: Definition): string[] =>
  Object.entries(options).map(([name, { type, default: preset, help }]) => {
    const word = `--${name}${type === 'string' ? ' …' : ''}`;
    return `      ${word.padEnd(24)} ${help}${preset === undefined ? '' : ` (default ${preset})`}`;
  });

async function main(args: string[]): Promise<number> {
  const [name, ...rest] = args;
  const part = parts.find(one => one.name === name);
  const command = commands.find(one => one.name === name);
  const chosen = part ?? command;
  if (!chosen) {
    const asked = name === undefined || name === '--help';
    process[asked ? 'stdout' : 'stderr'].write(
      asked ? usage() : `There is no part or command ${name}.\n\n${usage()}`,
    );
    return asked && name !== undefined ? 0 : 2;
  }
  const options: Record<string, ParseArgsOptionDescriptor> = { ...chosen.options, help: { type: 'boolean' } };
  const values = parseArgs({ args: rest, options }).values as Record<string, string | boolean | undefined>;
  if (values.help) {
    process.stdout.write([`${chosen.name}: ${chosen.summary}`, '', ...optionLines(chosen), ''].join('\n'));
    return 0;
  }
  const say = (line: string) => void process.stdout.write(`${line}\n`);
  const once = part?.once?.(values);
  if (part && once) return onceIn(part, once, say);
  if (part) await untilStopped(part, values, say);
  await command?.run(values, say);
  return 0;
}

/** Resolves with the exit code. */
async function onceIn(
  { name }: PartDefinition,
  work: (context: PartContext) => Promise<number>,
  say: (line: string) => void,
): Promise<number> {
  const signal = interruption();
  return work({ dir: folderUntilExit(`mdg-${name}`), say, signal });
}

async function untilStopped(
  part: PartDefinition,
  values: Record<string, string | boolean | undefined>,
  say: (line: string) => void,
): Promise<void> {
  const stop = interruption();
  const dir = folderUntilExit(`mdg-${part.name}`);
  let running: RunningPart | undefined;
  try {
    running = await part.start(values, { dir, say, signal: stop });
    for (const [what, where] of Object.entries(running.listens)) say(`${what}: ${where}`);
    say('ready');
    if (!stop.aborted) await once(stop, 'abort');
  } catch (error) {
    if (!stop.aborted) throw error;
  } finally {
    await running?.close();
  }
}

main(process.argv.slice(2)).then(exitWith, (error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : error}\n`);
  const hint = hints[(error as NodeJS.ErrnoException)?.code ?? ''];
  if (hint !== undefined) process.stderr.write(`${hint}\n`);
  exitWith(1);
});
