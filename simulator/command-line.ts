// The command line of `npm run simulator`: finds the part or command and reads its options.
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { type ParseArgsOptionDescriptor, parseArgs } from 'node:util';
import { command as cards } from './card/cards-command.ts';
import { part as card } from './card/part.ts';
import type { CommandDefinition } from './command.ts';
import { command as consent } from './hub/operator/consent-command.ts';
import { part as hub } from './hub/process/part.ts';
import { interruption } from './interrupted.ts';
import { part as pagePrinter } from './page-printer/part.ts';
import type { PartContext, PartDefinition, RunningPart } from './part.ts';
import { part as pinpad } from './pinpad/part.ts';
import { part as receiptPrinter } from './receipt-printer/part.ts';
import { folderUntilExit } from './temporary-folder.ts';
import { part as terminal } from './terminal/part.ts';
import { command as visit } from './terminal/visit-command.ts';

/** All of them. */
export const parts: readonly PartDefinition[] = [card, pinpad, receiptPrinter, pagePrinter, hub, terminal];
export const commands: readonly CommandDefinition[] = [cards, consent, visit];

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
    '  --help, -h       this text; for one part or command: npm run simulator -- NAME --help',
    "  --version        the software's version",
    '',
  ].join('\n');

type Definition = Pick<PartDefinition, 'name' | 'summary' | 'options'>;

const about = (one: Definition): string[] => [`  ${one.name.padEnd(16)} ${one.summary}`, ...optionLines(one)];

const optionLines = ({ options }: Definition): string[] =>
  Object.entries(options).map(([name, { type, default: preset, help }]) => {
    const word = `--${name}${type === 'string' ? ' …' : ''}`;
    return `      ${word.padEnd(24)} ${help}${preset === undefined ? '' : ` (default ${preset})`}`;
  });

export interface Output {
  out(text: string): void;
  error(text: string): void;
}

/** Runs until what was asked for is done, or until a signal stops the part. Returns the exit code: 2 where it was not understood. */
export async function runSimulator(args: string[], { out, error }: Output): Promise<number> {
  const answer = (text: string): number => {
    out(text);
    return 0;
  };
  const refuse = (why: string, usage: string): number => {
    error(`${why}${usage}`);
    return 2;
  };
  const [name, ...rest] = args;
  const part = parts.find(one => one.name === name);
  const command = commands.find(one => one.name === name);
  const chosen = part ?? command;
  if (name === '--version') return answer(`madoguchi ${version()}\n`);
  if (name === '--help' || name === '-h') return answer(usage());
  if (!chosen) return refuse(name === undefined ? '' : `There is no part or command ${name}.\n\n`, usage());
  const about = [`${chosen.name}: ${chosen.summary}`, '', ...optionLines(chosen), ''].join('\n');
  const values = read(rest, chosen.options);
  if (typeof values === 'string') return refuse(`${values}\n\n`, about);
  if (values.help) return answer(about);
  if (values.version) return answer(`madoguchi ${version()}\n`);
  const say = (line: string) => out(`${line}\n`);
  const once = part?.once?.(values);
  if (part && once) return onceIn(part, once, say);
  if (part) await untilStopped(part, values, say);
  await command?.run(values, say);
  return 0;
}

type OptionValues = Record<string, string | boolean | undefined>;

/** The values, or what is wrong. */
function read(args: string[], own: PartDefinition['options']): OptionValues | string {
  const options: Record<string, ParseArgsOptionDescriptor> = {
    ...own,
    help: { type: 'boolean', short: 'h' },
    version: { type: 'boolean' },
  };
  try {
    return parseArgs({ args, options }).values as OptionValues;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

const version = (): string =>
  JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')).version;

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
  values: OptionValues,
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
