// Notes that a test file's process leaves for the runner, which reads them also where the process was killed.
import { appendFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { notes, notesFolder, notesOwner } from './marks.ts';

process.env[notesOwner] ??= String(process.pid);
/** Still there where the process was replaced by another program (execve), which has the same id. */
const folder = process.env[notesOwner] === String(process.pid) ? process.env[notesFolder] : undefined;

/** Replaces the note. Does nothing where nobody asked for notes. */
export function note(name: keyof typeof notes, text: string): void {
  if (folder !== undefined) writeFileSync(join(folder, notes[name]), text);
}

export function noteReason(text: string): void {
  if (folder !== undefined) appendFileSync(join(folder, notes.reasons), `${text}\n`);
}
