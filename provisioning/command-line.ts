// The command line of `madoguchi`: finds the command, reads its options, says what went wrong and what to do.
import { parseArgs } from 'node:util';
import { isMadoguchiError } from '../drivers/contract/error.ts';
import type { Command, Values } from './commands/command.ts';
import { ProvisioningError } from './provisioning-error.ts';

export interface Printer {
  out(line: string): void;
  error(line: string): void;
}

/** Failures that a script tells apart; all others are 1. */
const exitCodes: Readonly<Record<string, number>> = { 'provisioning/usage': 2, 'provisioning/noAgent': 3 };

/** Runs `madoguchi ARGS`; the exit code: 0 done, 1 failed, 2 not understood, 3 no agent answers. */
export async function runCommandLine(
  args: readonly string[],
  commands: readonly Command[],
  { out, error }: Printer,
): Promise<number> {
  const [name = '--help', ...rest] = args;
  if (name === '--help' || name === '-h') {
    out(overview(commands));
    return 0;
  }
  try {
    const command = commands.find(one => one.name === name);
    if (!command) throw new ProvisioningError('provisioning/usage', `There is no command ${name}.`);
    if (rest.includes('--help') || rest.includes('-h')) {
      out(helpOf(command));
      return 0;
    }
    return (await command.run(valuesOf(command, rest), out)) ?? 0;
  } catch (caught) {
    if (!isMadoguchiError(caught)) throw caught;
    error(`madoguchi ${name}: ${caught.message}\n  ${caught.code}\n  ${caught.hint}`);
    return exitCodes[caught.code] ?? 1;
  }
}

function valuesOf(command: Command, args: string[]): Values {
  let values: Values;
  try {
    values = parseArgs({ args, options: command.options, strict: true }).values as Values;
  } catch (cause) {
    throw new ProvisioningError(
      'provisioning/usage',
      cause instanceof Error ? cause.message : 'Bad options.',
      cause,
    );
  }
  const missing = Object.entries(command.options).filter(([name, { required }]) => required && !values[name]);
  if (missing.length > 0)
    throw new ProvisioningError(
      'provisioning/usage',
      `Missing: ${missing.map(([name]) => `--${name}`).join(', ')}.`,
    );
  return values;
}

const overview = (commands: readonly Command[]): string =>
  [
    'madoguchi COMMAND [OPTIONS]',
    '',
    ...commands.map(({ name, summary }) => `  ${name.padEnd(14)}${summary}`),
    '',
    'madoguchi COMMAND --help tells more.',
  ].join('\n');

function helpOf({ name, summary, notes, options }: Command): string {
  const lines = Object.entries(options).map(([option, { value, help, required }]) => {
    const left = value ? `--${option} ${value}` : `--${option}`;
    return `  ${left.padEnd(20)}${help}${required ? '' : ' (may be left out)'}`;
  });
  return [`madoguchi ${name}: ${summary}`, '', ...lines, '', notes].join('\n');
}
