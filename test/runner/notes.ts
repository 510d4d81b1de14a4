// Notes that a test file's process leaves for the runner, which reads them also where the process was killed.
import { appendFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { notes, notesFolder } from './marks.ts';

const folder = process.env[notesFolder];
delete process.env[notesFolder]; // a child process must not write there

/** Replaces the note. Does nothing where nobody asked for notes. */
export function note(name: keyof typeof notes, text: string): void {
  if (folder !== undefined) writeFileSync(join(folder, notes[name]), text);
}

export function noteReason(text: string): void {
  if (folder !== undefined) appendFileSync(join(folder, notes.reasons), `${text}\n`);
}
