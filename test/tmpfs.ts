import { execFileSync } from 'node:child_process';

/** Runs `use` while `folder` is a tmpfs with these options of mount(8). Needs root, as device-test.ts sees to. Fails where a process still uses it. */
export async function withTmpfs<T>(folder: string, options: string, use: () => Promise<T>): Promise<T> {
  execFileSync('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', folder]);
  try {
    return await use();
  } finally {
    execFileSync('umount', [folder]);
  }
}
