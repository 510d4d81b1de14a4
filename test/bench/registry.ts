// The benchmarks there are: one file each, and one line here.
import type { Benchmark } from './benchmark.ts';
import { card } from './card.ts';
import { drain } from './drain.ts';
import { issue } from './issue.ts';
import { journal } from './journal.ts';
import { print } from './print.ts';
import { start } from './start.ts';

export const benchmarks: readonly Benchmark[] = [card, print, issue, journal, drain, start];
