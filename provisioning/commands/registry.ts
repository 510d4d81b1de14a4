// The commands that look at, or decide about, a terminal's journal.
import type { Command } from '../command-line/command.ts';
import { journalDestroy } from './journal-destroy.ts';
import { journalExport } from './journal-export.ts';
import { journalInspect } from './journal-inspect.ts';
import { journalRelease } from './journal-release.ts';
import { journalReplay } from './journal-replay.ts';
import { journalRotateKey } from './journal-rotate-key.ts';
import { journalVerify } from './journal-verify.ts';

export const journalCommands: readonly Command[] = [
  journalInspect,
  journalVerify,
  journalExport,
  journalReplay,
  journalRelease,
  journalRotateKey,
  journalDestroy,
];
