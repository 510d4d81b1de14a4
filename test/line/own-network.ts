// Goes on in a network of its own, which has a loopback and nothing else: brokers may listen there as they like.
import { execFileSync } from 'node:child_process';

const mark = 'OWN_NETWORK';

/** To be called before anything is begun: the process is replaced, with the same id. */
export function ownNetwork(): void {
  if (process.env[mark] === String(process.pid)) {
    execFileSync('ip', ['link', 'set', 'lo', 'up']);
    return;
  }
  const { execPath, execArgv, argv, env, pid } = process;
  process.execve!('/usr/bin/unshare', ['unshare', '-n', execPath, ...execArgv, ...argv.slice(1)], {
    ...env,
    [mark]: String(pid),
    NODE_NO_WARNINGS: '1', // execve is experimental in Node 24
  });
}
