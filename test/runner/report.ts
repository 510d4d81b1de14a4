// What the person, or the machine, that waits for the suites reads.
import type { FileResult } from './judge.ts';

/** One line when a file is done. */
export function progress(result: FileResult): string {
  const processor = result.processorMs === undefined ? '' : ` (processor ${inSeconds(result.processorMs)})`;
  const seconds = `${inSeconds(result.durationMs)}${processor}`;
  const counts = `${result.passed} passed${result.skipped > 0 ? `, ${result.skipped} skipped` : ''}`;
  return result.failed === 0
    ? `ok    ${result.name}  ${counts}, ${seconds}`
    : `FAIL  ${result.name}  ${result.problems.join('; ')}, ${seconds}`;
}

const inSeconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;

/** Failures in full, then the plain line that counts everything. */
export function closing(results: readonly FileResult[]): string {
  const sum = (of: 'passed' | 'failed' | 'skipped') => results.reduce((all, result) => all + result[of], 0);
  const failures = results
    .filter(result => result.failed > 0)
    .map(({ name, problems, output }) => `\n=== ${name}: ${problems.join('; ')}\n${output.trimEnd()}\n`);
  const skipped = sum('skipped');
  const counts = `${sum('passed')} passed, ${sum('failed')} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
  return [...failures, counts].join('\n');
}
