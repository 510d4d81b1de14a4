// What every subcommand of `madoguchi` is.
import type { ParseArgsOptionDescriptor } from 'node:util';

export type Values = Record<string, string | boolean | undefined>;

export interface Command {
  /** One word, or two for a command of a family: `journal verify`. */
  name: string;
  /** One line. */
  summary: string;
  /** Paragraphs below the options of `--help`. */
  notes: string;
  options: Record<string, ParseArgsOptionDescriptor & { help: string; value?: string; required?: boolean }>;
  /** What it is about, named without an option; comes among the values under `name`. */
  operand?: { name: string; value: string; help: string };
  /**
   * The exit code, 0 where it says none. Errors: MadoguchiError. `print`: lines for the person; `note`: what does not
   * belong to a command's output, to standard error.
   */
  run(
    values: Values,
    print: (line: string) => void,
    note: (line: string) => void,
  ): Promise<number | undefined>;
}
