// A terminal's programs in a folder of their own, without what protects from a wrong paper: each check of the gate's tables can be
// taken away while the gate runs, and so can the cancelling of a late print job.
import { cpSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Change } from '../mutate.ts';

const root = join(import.meta.dirname, '../..');

/** Code of a check of the gate (agent/gate/transaction/checks.ts), or what else the gate does not do. */
export type Protection = `gate/${string}` | 'cancels a late job';

export class UncheckedPrograms {
  /** The agent's main file. */
  readonly main: string;
  readonly #missing: string;

  /** `dir`: a new folder for the programs. Errors: a changed text that is not in its file exactly once. */
  constructor(dir: string) {
    this.main = join(dir, 'agent/main.ts');
    this.#missing = join(dir, 'missing.json');
    for (const folder of ['agent', 'drivers', 'package.json'])
      cpSync(join(root, folder), join(dir, folder), { recursive: true });
    this.without([]);
    symlinkSync(join(root, 'node_modules'), join(dir, 'node_modules'));
    for (const { file, find, replace } of this.#changes()) {
      const parts = readFileSync(join(dir, file), 'utf8').split(find);
      if (parts.length !== 2)
        throw new Error(`${file} holds this ${parts.length - 1} times, not once: ${find}`);
      writeFileSync(join(dir, file), parts.join(replace));
    }
  }

  /** From now on the gates that run these programs do without these. */
  without(missing: readonly Protection[]): void {
    writeFileSync(this.#missing, JSON.stringify(missing));
  }

  #changes(): Change[] {
    const lacks = (what: string) =>
      `JSON.parse(process.getBuiltinModule('node:fs').readFileSync(${JSON.stringify(this.#missing)}, 'utf8')).includes(${what})`;
    return [
      {
        file: 'agent/gate/transaction/checks.ts',
        find: 'checks.find(check => !check.holds(context))',
        replace: `checks.find(check => !${lacks('check.code')} && !check.holds(context))`,
      },
      {
        file: 'agent/gate/print/job-end.ts',
        find: 'await this.cancel(Math.max(minCallMs, leftMs() / 2));\n    return',
        replace: `if (!${lacks("'cancels a late job'")}) await this.cancel(Math.max(minCallMs, leftMs() / 2));\n    return`,
      },
    ];
  }
}
