// A test that needs a device of its own, and says why where it can't have one.
import { execFileSync } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { test } from 'uvu';

/** Why this machine lets a test make no devices; undefined where it does. */
function devicesMissing(): string | undefined {
  if (process.getuid?.() !== 0) return 'only root may make loop devices and mount them';
  for (const path of ['/dev/fuse', '/dev/loop-control'])
    try {
      accessSync(path, constants.R_OK | constants.W_OK);
    } catch {
      return `this machine has no ${path}`;
    }
  try {
    execFileSync('unshare', ['-m', 'mount', '-t', 'tmpfs', 'none', '/mnt'], { stdio: 'ignore' });
  } catch {
    return 'this machine does not allow mounts';
  }
  return undefined;
}

export const missing = devicesMissing();

/** Adds a test where devices can be made, and a skipped one where not. */
export function deviceTest(name: string, run: () => Promise<void>): void {
  if (missing) test.skip(`${name} # ${missing}`, run);
  else test(name, run);
}
