// The command line of a program that a service manager starts.
import { parseArgs } from 'node:util';
import { writeStandardError } from './standard-error.ts';

/**
 * The options, each with a value; those in `required` are there. `--help` prints `usage` and exits with 0; what cannot be read is
 * said in one line with `usage`, and exits with 2.
 */
export function programOptions<const R extends string, const O extends string = never>(
  usage: string,
  { required, optional = [] }: { required: readonly R[]; optional?: readonly O[] },
): Record<R, string> & Partial<Record<O, string>> {
  const names = [...required, ...optional].map(name => [name, { type: 'string' }] as const);
  try {
    const { values } = parseArgs({
      options: { ...Object.fromEntries(names), help: { type: 'boolean', short: 'h' } },
    });
    if (values.help) {
      process.stdout.write(usage);
      process.exit(0);
    }
    const given = values as Record<R, string> & Partial<Record<O, string>>;
    const missing = required.filter(name => !given[name]);
    if (missing.length > 0)
      throw new Error(`${missing.map(name => `--${name}`).join(' and ')} must be given`);
    return given;
  } catch (error) {
    writeStandardError(`${(error as Error).message}\n\n${usage}`);
    process.exit(2);
  }
}
