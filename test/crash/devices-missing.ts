// Whether this machine lets a test make devices and mount them.
import { execFileSync } from 'node:child_process';
import { accessSync, constants } from 'node:fs';

/** Why not; undefined where it does. */
export function devicesMissing(): string | undefined {
  if (process.getuid?.() !== 0) return 'only root may make loop devices and mount them';
  for (const path of ['/dev/fuse', '/dev/loop-control', '/usr/bin/nbdfuse'])
    try {
      accessSync(path, constants.R_OK);
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
