// Whether a signal ended a process.
import { readFile } from 'node:fs/promises';

/** Their default is to end a process, or to open Node's debugger. */
export const harmlessSignals = ['SIGUSR1', 'SIGUSR2', 'SIGPIPE'] as const;

/** Whether the process lives on once it has taken every signal that was sent to it and that it does not block. */
export async function livesOn(pid: number): Promise<boolean> {
  for (;;) {
    // proc_pid_status(5): masks in hex
    const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => 'State:\tX');
    if (/^State:\t[XZ]/m.test(status)) return false;
    const mask = (name: string) => BigInt(`0x${new RegExp(`^${name}:\\t(\\w+)$`, 'm').exec(status)![1]}`);
    if (((mask('SigPnd') | mask('ShdPnd')) & ~mask('SigBlk')) === 0n) return true;
  }
}
