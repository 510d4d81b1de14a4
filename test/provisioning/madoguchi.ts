// The command line as a person uses it, in this process.
import { runCommandLine } from '../../provisioning/command-line/run.ts';
import { commands } from '../../provisioning/commands/registry.ts';

/** Runs `madoguchi ARGS`. `out` and `error`: what it prints to each stream; `said`: both, in order; `lines`: those of `out`. */
export async function madoguchi(...args: string[]) {
  const lines: string[] = [];
  const errors: string[] = [];
  const all: string[] = [];
  const code = await runCommandLine(args, commands, {
    out: line => all.push(line) && lines.push(line),
    error: line => all.push(line) && errors.push(line),
  });
  return { code, lines, out: lines.join('\n'), error: errors.join('\n'), said: all.join('\n') };
}
