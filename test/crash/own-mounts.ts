// Goes on in a mount namespace of its own. A process elsewhere that gets a copy of our mounts (unshare(1)) would keep
// them alive behind our back: the next mount of the same image would then show the old state.

const mark = 'OWN_MOUNTS';

/** To be called before anything is begun: the process is replaced, with the same id. */
export function ownMounts(): void {
  if (process.env[mark] === String(process.pid)) return;
  const { execPath, execArgv, argv, env, pid } = process;
  process.execve!('/usr/bin/unshare', ['unshare', '-m', execPath, ...execArgv, ...argv.slice(1)], {
    ...env,
    [mark]: String(pid),
    NODE_NO_WARNINGS: '1', // execve is experimental in Node 24
  });
}
