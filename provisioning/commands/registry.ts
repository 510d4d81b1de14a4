// All commands of `madoguchi`, in the order of `madoguchi --help`.
import type { Command } from '../command-line/command.ts';
import { enrol } from './enrol.ts';
import { journalDestroy } from './journal-destroy.ts';
import { journalExport } from './journal-export.ts';
import { journalInspect } from './journal-inspect.ts';
import { journalRelease } from './journal-release.ts';
import { journalReplay } from './journal-replay.ts';
import { journalRotateKey } from './journal-rotate-key.ts';
import { journalVerify } from './journal-verify.ts';
import { pinpadKey } from './pinpad-key.ts';
import { status } from './status.ts';

export const commands: readonly Command[] = [
  enrol,
  pinpadKey,
  status,
  journalInspect,
  journalVerify,
  journalExport,
  journalReplay,
  journalRelease,
  journalRotateKey,
  journalDestroy,
];
