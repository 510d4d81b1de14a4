#!/usr/bin/env node
// The program `madoguchi`, which an installer and an operator run.
import { runCommandLine } from './command-line/run.ts';
import { commands } from './commands/registry.ts';

// a reader that closes the pipe early, as head does, is no failure
process.stdout.on('error', ({ code }: NodeJS.ErrnoException) => process.exit(code === 'EPIPE' ? 0 : 1));
process.exitCode = await runCommandLine(process.argv.slice(2), commands, {
  out: line => process.stdout.write(`${line}\n`),
  error: line => process.stderr.write(`${line}\n`),
});
