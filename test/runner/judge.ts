// Decides what a test file's run was worth. A run that says nothing is a failure.
import type { TestFile } from './find.ts';
import { skipMark } from './marks.ts';
import type { Run } from './process.ts';

export interface FileResult {
  name: string;
  passed: number;
  failed: number;
  skipped: number;
  /** What is wrong, in plain words; empty for a good file. */
  problems: readonly string[];
  output: string;
  durationMs: number;
  processorMs: number | undefined;
}

/** uvu's closing lines, of which a file has one set for each time its queue ran. */
const summary = /^ {2}Total: {5}(\d+)\n {2}Passed: {4}(\d+)\n {2}Skipped: {3}(\d+)$/gm;

export function judge(test: Pick<TestFile, 'name' | 'timeoutMs'>, run: Run): FileResult {
  const last = [...run.output.matchAll(summary)].at(-1);
  const [total = 0, passed = 0, skipped = 0] = last ? last.slice(1).map(Number) : [];
  const wrong = total - passed;
  const during = run.running && ` in ${run.running}`;
  const problems = [
    run.timedOut && `did not end within ${test.timeoutMs / 1000} s${during}`,
    run.signal && !run.timedOut && `was ended by ${run.signal}`,
    !last &&
      !run.timedOut &&
      `ended early${during}: no summary (does it call test.run(), is a promise never settled?)`,
    last && total === 0 && skipped === 0 && 'ran no test',
    run.leftBehind.length > 0 && `left processes behind: ${run.leftBehind.join(', ')}`,
    ...skipProblems(run.output, skipped),
    wrong === 0 &&
      last &&
      run.code !== 0 &&
      !run.timedOut &&
      `exit code ${run.code} although every test passed`,
  ].filter(problem => typeof problem === 'string');
  const failed = wrong + problems.length;
  if (wrong > 0) problems.unshift(`${wrong} of ${total} failed`);
  return {
    name: test.name,
    passed,
    failed,
    skipped,
    problems,
    // with a summary uvu has shown them
    output: last ? run.output : `${run.output.trimEnd()}\n${run.reasons}`,
    durationMs: run.durationMs,
    processorMs: run.processorMs,
  };
}

/** A skip says why after " # " in the test's name; test.only, and a suite's skips, can't and so are refused. */
function skipProblems(output: string, skipped: number): string[] {
  const names = output
    .split('\n')
    .flatMap(line => (line.startsWith(skipMark) ? [line.slice(skipMark.length)] : []));
  const silent = names.filter(name => !/ # \S/.test(name)).map(name => `skips without a reason: ${name}`);
  if (names.length < skipped)
    silent.push(`${skipped - names.length} left out by test.only or a suite's skip`);
  return silent;
}
