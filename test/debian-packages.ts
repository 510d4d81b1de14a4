// Installs Debian packages that only one campaign needs; those that everything needs are in provisioning/debian-packages.txt.
import { execFileSync } from 'node:child_process';

/** Installs those that are missing, as root or by sudo. Errors: those of apt-get. */
export function installPackages(names: readonly string[]): void {
  const missing = names.filter(name => !isInstalled(name));
  if (missing.length === 0) return;
  console.log(`installing ${missing.join(' ')}`);
  asRoot('apt-get', '-qq', 'update');
  asRoot('apt-get', '-qq', '-y', 'install', '--no-install-recommends', ...missing);
}

function asRoot(...command: string[]): void {
  const [tool = '', ...args] = process.getuid?.() === 0 ? command : ['sudo', ...command];
  execFileSync(tool, args, {
    stdio: 'inherit',
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
  });
}

function isInstalled(name: string): boolean {
  try {
    return (
      execFileSync('dpkg-query', ['-W', name], { encoding: 'utf8', stdio: 'pipe' }).trim().split('\t')
        .length > 1
    );
  } catch {
    return false; // it is not known
  }
}
