// Runs a command line of `madoguchi`: finds the command, reads its options, says what went wrong and what to do.
import { parseArgs } from 'node:util';
import { isMadoguchiError } from '../../drivers/base/error.ts';
import { ProvisioningError } from '../provisioning-error.ts';
import type { Command, Values } from './command.ts';

export interface Output {
  out(line: string): void;
  error(line: string): void;
}

/** Exit codes of the failures that a script may want to distinguish; any other failure is 1. */
const exitCodes: Readonly<Record<string, number>> = {
  'provisioning/usage': 2,
  'provisioning/noAgent': 3,
  'provisioning/noJournal': 3,
  'provisioning/journalKey': 3,
  'provisioning/noTransaction': 3,
  'provisioning/halfTransaction': 3,
  'journal/io': 3,
  'journal/denied': 3,
  'journal/tooManyFiles': 3,
  'journal/wrongType': 3,
};

/** Runs `madoguchi ARGS`; the exit code: 0 done, 1 failed, 2 not understood, 3 no agent answers, or nothing to read. */
export async function runCommandLine(
  args: readonly string[],
  commands: readonly Command[],
  { out, error }: Output,
): Promise<number> {
  const [first = '--help'] = args;
  if (asksHelp([first])) {
    out(overview(commands));
    return 0;
  }
  const family = commands.filter(({ name }) => name.startsWith(`${first} `));
  const words = family.length > 0 ? 2 : 1;
  const [second = '--help'] = args.slice(1);
  if (family.length > 0 && asksHelp([second])) {
    out(overview(family));
    return 0;
  }
  const name = args.slice(0, words).join(' ');
  const rest = args.slice(words);
  try {
    const command = commands.find(one => one.name === name);
    if (!command) throw new ProvisioningError('provisioning/usage', `There is no command ${name}.`);
    if (asksHelp(rest)) {
      out(helpOf(command));
      return 0;
    }
    return (await command.run(valuesOf(command, rest), out, error)) ?? 0;
  } catch (caught) {
    if (!isMadoguchiError(caught)) throw caught;
    error(`madoguchi ${name}: ${caught.message}\n  ${caught.code}\n  ${caught.hint}`);
    return exitCodes[caught.code] ?? 1;
  }
}

const asksHelp = (args: readonly string[]): boolean => args.includes('--help') || args.includes('-h');

function valuesOf(command: Command, args: string[]): Values {
  const { options, operand } = command;
  const usage = (message: string, cause?: unknown) =>
    new ProvisioningError('provisioning/usage', message, cause);
  let parsed: { values: Values; positionals: string[] };
  try {
    const allowPositionals = operand !== undefined;
    parsed = parseArgs({ args, options, strict: true, allowPositionals }) as typeof parsed;
  } catch (cause) {
    throw usage(cause instanceof Error ? cause.message : 'Bad options.', cause);
  }
  const { values, positionals } = parsed;
  const missing = Object.entries(options)
    .filter(([name, { required }]) => required && !values[name])
    .map(([name]) => `--${name}`);
  if (operand && positionals.length === 0) missing.unshift(operand.value);
  if (missing.length > 0) throw usage(`Missing: ${missing.join(', ')}.`);
  if (positionals.length > 1) throw usage(`One ${operand?.value} is enough: ${positionals.join(' ')}.`);
  return operand ? { ...values, [operand.name]: positionals[0] } : values;
}

function overview(commands: readonly Command[]): string {
  const longest = Math.max(...commands.map(({ name }) => name.length));
  return [
    'madoguchi COMMAND [OPTIONS]',
    '',
    ...commands.map(({ name, summary }) => `  ${name.padEnd(longest + 2)}${summary}`),
    '',
    'madoguchi COMMAND --help tells more.',
  ].join('\n');
}

function helpOf({ name, summary, notes, options, operand }: Command): string {
  const line = (left: string, help: string) => `  ${left.padEnd(20)}${help}`;
  const lines = Object.entries(options).map(([option, { value, help, required }]) =>
    line(value ? `--${option} ${value}` : `--${option}`, `${help}${required ? '' : ' (may be left out)'}`),
  );
  if (operand) lines.unshift(line(operand.value, operand.help));
  return [`madoguchi ${name}: ${summary}`, '', ...lines, '', notes].join('\n');
}
