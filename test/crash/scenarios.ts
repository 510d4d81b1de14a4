// What is recorded.

import { full } from './full-workload.ts';
import type { Scenario } from './life.ts';
import { mixed } from './workload.ts';

export const scenarios = {
  mixed: { name: 'mixed work', workload: mixed, steps: 120, lives: 3 },
  // an ext4 that may encrypt uses no large folios; with them a write that meets the end of the disk fails whole, and
  // never comes out short as on kernels before 6.16
  full: { name: 'a disk that gets full', workload: full, steps: 5, lives: 1, features: 'encrypt' },
  // the journal refuses it; a mutant that does not loses records
  smallBlocks: { name: 'blocks of 1 KiB', workload: mixed, steps: 60, lives: 1, blockBytes: 1024 },
} as const satisfies Record<string, Scenario>;

export type ScenarioName = keyof typeof scenarios;
