// What every subcommand of `madoguchi` is.
import type { ParseArgsOptionDescriptor } from 'node:util';

export type Values = Record<string, string | boolean | undefined>;

export interface Command {
  name: string;
  /** One line. */
  summary: string;
  /** Paragraphs below the options of `--help`. */
  notes: string;
  options: Record<string, ParseArgsOptionDescriptor & { help: string; value?: string; required?: boolean }>;
  /** The exit code, 0 where it says none. Errors: MadoguchiError. `print`: lines for the person. */
  run(values: Values, print: (line: string) => void): Promise<number | undefined>;
}
