#!/usr/bin/env node
// What an installer and an operator run.
import { runCommandLine } from './command-line/run.ts';
import { enrol } from './commands/enrol.ts';
import { pinpadKey } from './commands/pinpad-key.ts';
import { journalCommands } from './commands/registry.ts';
import { status } from './commands/status.ts';

// a reader that has seen enough, such as head, is no failure
process.stdout.on('error', ({ code }: NodeJS.ErrnoException) => process.exit(code === 'EPIPE' ? 0 : 1));
process.exitCode = await runCommandLine(
  process.argv.slice(2),
  [enrol, pinpadKey, status, ...journalCommands],
  {
    out: line => process.stdout.write(`${line}\n`),
    error: line => process.stderr.write(`${line}\n`),
  },
);
