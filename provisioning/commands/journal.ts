// The commands that look at, or decide about, a terminal's journal.
import type { Command } from './command.ts';
import { journalExport } from './journal-export.ts';
import { journalInspect } from './journal-inspect.ts';
import { journalReplay } from './journal-replay.ts';
import { journalVerify } from './journal-verify.ts';

export const journalCommands: readonly Command[] = [
  journalInspect,
  journalVerify,
  journalExport,
  journalReplay,
];
