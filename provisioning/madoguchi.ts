#!/usr/bin/env node
// What an installer and an operator run.
import { runCommandLine } from './command-line.ts';
import { enrol } from './commands/enrol.ts';
import { journalDestroy } from './commands/journal-destroy.ts';
import { journalRelease } from './commands/journal-release.ts';
import { journalRotateKey } from './commands/journal-rotate-key.ts';
import { pinpadKey } from './commands/pinpad-key.ts';
import { status } from './commands/status.ts';

process.exitCode = await runCommandLine(
  process.argv.slice(2),
  [enrol, pinpadKey, status, journalRelease, journalRotateKey, journalDestroy],
  {
    out: line => process.stdout.write(`${line}\n`),
    error: line => process.stderr.write(`${line}\n`),
  },
);
