// What a process takes of the machine's memory, as the kernel counts it (proc(5), in MiB here).
import { readFile } from 'node:fs/promises';

export interface Memory {
  /** All its pages that are in memory, shared ones too (VmRSS). */
  rss: number;
  /** The same, with each shared page divided by how many processes have it (Pss). */
  pss: number;
}

export async function memoryOf(pid: number): Promise<Memory> {
  const [status, rollup] = await Promise.all([
    readFile(`/proc/${pid}/status`, 'utf8'),
    readFile(`/proc/${pid}/smaps_rollup`, 'utf8'),
  ]);
  return { rss: mib(status, /^VmRSS:\s+(\d+) kB$/m), pss: mib(rollup, /^Pss:\s+(\d+) kB$/m) };
}

const mib = (text: string, line: RegExp): number => Number(line.exec(text)?.[1]) / 1024;
