// What every command of `madoguchi` declares.
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
  /** The argument that is given without an option; its value is `values[name]`. */
  operand?: { name: string; value: string; help: string };
  /**
   * Returns the exit code; undefined is 0. `print` writes a line to standard output; `note` writes one to standard error, for
   * what is not the command's output. Errors: MadoguchiError.
   */
  run(
    values: Values,
    print: (line: string) => void,
    note: (line: string) => void,
  ): Promise<number | undefined>;
}
