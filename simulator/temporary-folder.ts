// Makes temporary folders.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * Makes an empty folder with a new name that begins with `name`. The caller removes it. It is in the system's folder for
 * temporary files, or in /tmp if the path of that folder has more than `maxBase` characters: a socket needs a short path
 * (sun_path holds 108 bytes with its NUL, unix(7)).
 */
export function temporaryFolder(name: string, maxBase = 40): string {
  const base = tmpdir();
  return mkdtempSync(join(base.length > maxBase ? '/tmp' : base, `${name}-`));
}

/** The same, and removes it when this process exits, however it does unless it is killed. */
export function folderUntilExit(name: string): string {
  const folder = temporaryFolder(name);
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
  return folder;
}
