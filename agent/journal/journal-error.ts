// Errors of the journal, for a program and for the person at the terminal.
import { type Codes, errorOf } from '../../drivers/base/error.ts';

const outOfService = 'The terminal stays out of service: call the operator, who decides about the journal';

/** A person, or a broken disk, changed what was durable. The folder is moved aside and kept. */
const tampering = {
  'journal/altered': ['A commit of the journal was altered', outOfService, 'fraudAttempt'],
  'journal/cut': ['A part of the journal is missing', outOfService, 'fraudAttempt'],
  'journal/reordered': ['Parts of the journal changed places', outOfService, 'fraudAttempt'],
  'journal/duplicated': ['A part of the journal is there twice', outOfService, 'fraudAttempt'],
  'journal/foreignLog': ['A segment is of another log of this terminal', outOfService, 'fraudAttempt'],
  'journal/foreignTerminal': ['A segment was written by another terminal', outOfService, 'fraudAttempt'],
  'journal/foreignEpoch': ['A segment is of another epoch', outOfService, 'fraudAttempt'],
  'journal/foreignKey': ['A segment was sealed with another key', outOfService, 'fraudAttempt'],
} as const satisfies Codes;

/** All codes, for docs/codes.md. */
export const journalCodes = {
  ...tampering,
  'journal/quarantined': [
    'The journal was moved aside and waits for a decision',
    outOfService,
    'fraudAttempt',
  ],
  'journal/wrongKey': [
    'The whole journal was sealed with another data key',
    'Give the key store its key back; nothing was moved',
    'deviceNotReady',
  ],
  'journal/unreadable': [
    'The journal is sound, and holds records that this version of the agent cannot read',
    'Start the version that wrote it, or a newer one; nothing was moved. Where there is none, the operator decides (journal-commands.md)',
    'deviceNotReady',
  ],
  'journal/rolledBack': ['The hub has records that this journal lacks', outOfService, 'fraudAttempt'],
  'journal/foreignAcknowledgement': [
    'The hub acknowledged a record that differs from ours',
    outOfService,
    'fraudAttempt',
  ],
  'journal/recycled': [
    'These records were acknowledged and are gone',
    'Ask the operator to restore a younger backup of the ledger',
    'invalidData',
  ],
  'journal/size': ['A body too long for a record', 'Report this to the maker', 'invalidData'],
  'journal/full': [
    'No room is left for the journal',
    'detail.limit says of what: `space` and `inodes` of the file system (remove files), `quota` of the user, or `budget` of the journal itself (bring the link back: the hub has to take the records)',
    'hardwareError',
  ],
  'journal/io': [
    'The disk did not take the record',
    'Check the disk; the record may be lost',
    'hardwareError',
  ],
  'journal/readOnly': [
    'The file system of the journal is read-only',
    'A file system turns read-only by itself when it finds an error: check the disk, then mount it again to write',
    'hardwareError',
  ],
  'journal/denied': [
    'The agent has no right to the journal’s files',
    'Give folder and files of the journal back to the agent’s user',
    'deviceNotReady',
  ],
  'journal/tooManyFiles': [
    'The system gives out no more open files',
    'Raise the limit of open files, or look for the program that uses them up',
    'hardwareError',
  ],
  'journal/wrongType': [
    'Something that is no file, or no folder, stands where the journal has one',
    'Look at the path in the detail, and move away what does not belong there',
    'deviceNotReady',
  ],
  'journal/blockSize': [
    'The file system of the journal has blocks that are not 4 KiB or a multiple of it',
    'Move the journal to a file system with blocks of 4 KiB (mkfs.ext4 -b 4096): with smaller ones a power cut can take acknowledged records',
    'deviceNotReady',
  ],
  'journal/inUse': [
    'Another process has this journal open',
    'Run one agent for a terminal: stop the other one, or wait until it has ended',
    'sequenceError',
  ],
  'journal/lockLost': [
    'The lock file of this journal was removed or replaced while the journal was open',
    'Let one agent run for a terminal, and never remove the file `lock`. Nothing was acknowledged since',
    'sequenceError',
  ],
  'journal/closed': ['The journal is closed', 'Start the agent again', 'sequenceError'],
} as const satisfies Codes;

export type JournalErrorCode = keyof typeof journalCodes;
export type TamperCode = keyof typeof tampering;

export class JournalError extends errorOf(journalCodes) {
  constructor(
    code: JournalErrorCode,
    detail: Record<string, string | number | boolean> = {},
    cause?: unknown,
  ) {
    super(code, { detail, cause });
  }
}

export const isJournalError = (error: unknown): error is JournalError => error instanceof JournalError;

/** Which of our codes says what an error of the system means (errno(3)). Every other one is journal/io. */
const codeOfErrno: Readonly<Record<string, JournalErrorCode>> = {
  ENOSPC: 'journal/full',
  EDQUOT: 'journal/full',
  EROFS: 'journal/readOnly',
  EACCES: 'journal/denied',
  EPERM: 'journal/denied',
  EMFILE: 'journal/tooManyFiles',
  ENFILE: 'journal/tooManyFiles',
  ENOTDIR: 'journal/wrongType',
  EISDIR: 'journal/wrongType',
  EEXIST: 'journal/wrongType',
  ELOOP: 'journal/wrongType',
  ENXIO: 'journal/wrongType',
};

/** An error of the disk as an error of the journal. `detail`: where it happened, and of what there is no more. */
export function toJournalError(cause: unknown, detail: Record<string, string | number> = {}): JournalError {
  if (isJournalError(cause)) return cause;
  const system = (cause as NodeJS.ErrnoException).code ?? '';
  const code = codeOfErrno[system] ?? 'journal/io';
  const limit = system === 'EDQUOT' ? 'quota' : 'space';
  return new JournalError(
    code,
    { ...(code === 'journal/full' && { limit }), ...(system && { system }), ...detail },
    cause,
  );
}

export const isTampering = (error: unknown): error is JournalError =>
  isJournalError(error) && error.code in tampering;

/** The hub's acknowledgement shows that this is not the journal that the terminal wrote: it is an older copy, or another one. */
export const isForeignToHub = (error: unknown): error is JournalError =>
  isJournalError(error) && ['journal/rolledBack', 'journal/foreignAcknowledgement'].includes(error.code);

/** The disk or the system is in the way. The journal itself is sound, and opens once that is mended. */
const trouble: ReadonlySet<string> = new Set<JournalErrorCode>([
  'journal/io',
  'journal/full',
  'journal/readOnly',
  'journal/denied',
  'journal/tooManyFiles',
  'journal/wrongType',
  'journal/blockSize',
]);
export const isDiskTroubleCode = (code: JournalErrorCode): boolean => trouble.has(code);
export const isDiskTrouble = (error: unknown): error is JournalError =>
  isJournalError(error) && trouble.has(error.code);

/**
 * This agent may not use the journal until a person has decided, has put its key back, or has started another version. Another
 * start of the same version changes nothing.
 */
export const needsDecision = (error: unknown): error is JournalError =>
  isTampering(error) ||
  (isJournalError(error) &&
    ['journal/quarantined', 'journal/wrongKey', 'journal/unreadable'].includes(error.code));

/** The records were given up. That is no alarm where they were acknowledged meanwhile, or may be dropped. */
export const isRecycled = (error: unknown): boolean =>
  isJournalError(error) && error.code === 'journal/recycled';
