// Makes temporary folders. Their names tell whose they are, so that a later program removes what a killed one has left.
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** `mgPID-NAME-RANDOM`. */
const ours = /^mg(\d+)-[a-z-]+-[A-Za-z0-9]{6}$/;
const looked = new Set<string>();

/**
 * Makes an empty folder with a new name that tells this process and `name` ([a-z-]). The caller removes it. It is in the system's
 * folder for temporary files, or in /tmp if the path of that folder has more than `maxBase` characters: a socket needs a short path
 * (sun_path holds 108 bytes with its NUL, unix(7)).
 */
export function temporaryFolder(name: string, maxBase = 32): string {
  const base = tmpdir().length > maxBase ? '/tmp' : tmpdir();
  if (!looked.has(base)) removeLeft(base);
  looked.add(base);
  return mkdtempSync(join(base, `mg${process.pid}-${name}-`));
}

/** Removes the folders in `base` whose process is gone: it was killed. Those of another user stay. */
export function removeLeft(base: string): void {
  for (const name of readdirSync(base)) {
    const pid = ours.exec(name)?.[1];
    if (pid === undefined || existsSync(`/proc/${pid}`)) continue;
    try {
      rmSync(join(base, name), { recursive: true, force: true });
    } catch {
      // another user's, or something is mounted in it
    }
  }
}

/** The same, and removes it when this process exits, however it does unless it is killed. */
export function folderUntilExit(name: string): string {
  const folder = temporaryFolder(name);
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
  return folder;
}
