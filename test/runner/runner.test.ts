import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { readMarks, type TestFile } from './find.ts';
import { type FileResult, judge } from './judge.ts';
import { runFile } from './process.ts';
import { closing } from './report.ts';
import { schedule } from './schedule.ts';

const fixture = (name: string) => fileURLToPath(new URL(`fixtures/${name}.fixture.ts`, import.meta.url));

async function result(name: string, timeoutMs = 60_000): Promise<FileResult> {
  return judge({ name, timeoutMs }, await runFile({ path: fixture(name), timeoutMs }, { SEED: '7' }));
}

const counts = ({ passed, failed, skipped }: FileResult) => ({ passed, failed, skipped });

test('a good file counts its tests, and a skip with a reason is no failure', async () => {
  const good = await result('passes');
  assert.equal(counts(good), { passed: 1, failed: 0, skipped: 1 });
  assert.is(closing([good, good]), '2 passed, 0 failed, 2 skipped');
});

test('a failing test is counted, its output kept, the seed handed on', async () => {
  const bad = await result('fails');
  assert.equal(counts(bad), { passed: 1, failed: 1, skipped: 0 });
  assert.match(closing([bad]), 'a planted failure, seed 7');
  assert.is(closing([bad]).split('\n').at(-1), '1 passed, 1 failed');
});

const faults: [fixture: string, problem: RegExp][] = [
  ['silent-skip', /skips without a reason: is skipped/],
  ['only', /1 left out by test.only/],
  ['no-test', /ran no test/],
  ['forgets-to-run', /ended early/],
  ['ends-early', /ended early/],
  ['leaves-child', /left processes behind: sleep/],
  ['throws-late', /exit code 1 although every test passed/],
];
for (const [name, problem] of faults)
  test(`a file that ${name.replaceAll('-', ' ')} fails`, async () => {
    const { failed, problems } = await result(name);
    assert.is(failed, 1);
    assert.match(problems.join('; '), problem);
  });

const hidden: [fixture: string, shown: RegExp][] = [
  ['before-throws', /before hook of "a suite": Error: a planted reason/],
  ['after-each-throws', /after\.each hook: Error: a planted reason/],
  ['after-throws', /after hook: Error: a planted reason/],
];
for (const [name, shown] of hidden)
  test(`a file in which a hook ${name.replaceAll('-', ' ')} shows the reason`, async () => {
    const bad = await result(name);
    assert.ok(bad.failed > 0);
    assert.match(closing([bad]), shown);
  });

test('a file that ends in the middle of a test shows which one, and why tests before it failed', async () => {
  for (const [name, timeoutMs] of [
    ['ends-in-a-test', 10_000],
    ['hangs-in-a-test', 1500],
  ] as const) {
    const bad = await result(name, timeoutMs);
    assert.match(bad.problems.join('; '), 'in test "never settles"');
    assert.match(closing([bad]), 'a planted failure');
  }
});

test('the processor time of a file and of its children is counted', async () => {
  const { processorMs = 0 } = await result('busy-child');
  assert.ok(processorMs >= 100, `${processorMs} ms`);
});

test('a file that hangs fails when its time is over; its children die with it, and its temporary folders go', async () => {
  const hung = await result('hangs', 1500);
  assert.match(hung.problems.join('; '), 'did not end within 1.5 s');
  const [, child, folder] = /child (\d+), folder (\S+)/.exec(hung.output) ?? [];
  assert.ok(child && folder);
  assert.not.ok(existsSync(folder));
  const stat = `/proc/${child}/stat`;
  assert.ok(!existsSync(stat) || / Z /.test(readFileSync(stat, 'utf8')));
});

test('files that wait run beside busy ones; who has nothing left helps the others; those that are alone come last', async () => {
  const file = (name: string, marks: object = {}): TestFile => ({
    ...{ path: name, name, timeoutMs: 60_000, alone: false, waits: false, ...marks },
  });
  const files = [
    ...[file('alone 1', { alone: true }), file('alone 2', { alone: true })],
    ...[file('busy', {}), file('busy for long', { timeoutMs: 90_000 })],
    ...['a', 'b', 'c'].map(name => file(`waits ${name}`, { waits: true })),
  ];
  const running = new Map<TestFile, () => void>();
  const tell = () => [...running.keys()].map(({ name }) => name).join(', ');
  const all = schedule(files, { busy: 1, waiting: 1 }, test => {
    const { promise, resolve } = Promise.withResolvers<void>();
    running.set(test, resolve);
    return promise.finally(() => running.delete(test));
  });
  const seen: string[] = [];
  while (running.size > 0) {
    seen.push(tell());
    [...running.values()][0]!();
    await setImmediate();
  }
  await all;
  assert.equal(seen, [
    'busy for long, waits a',
    'waits a, busy',
    'busy, waits b',
    'waits b, waits c',
    'waits c',
    'alone 1',
    'alone 2',
  ]);
});

test('a file asks for more time, and to be alone, near its top', () => {
  const none = { timeoutMs: 60_000, alone: false, waits: false };
  assert.equal(readMarks('// timeout: 180 s\n// alone\nimport …'), {
    ...none,
    timeoutMs: 180_000,
    alone: true,
  });
  assert.equal(readMarks('// timeout: 90 s\n// waits\nimport …'), {
    ...none,
    timeoutMs: 90_000,
    waits: true,
  });
  assert.equal(readMarks("const text = '// timeout: 180 s';"), none);
});

const cache = fileURLToPath(new URL('../../.cache/', import.meta.url));
mkdirSync(cache, { recursive: true });
const folder = mkdtempSync(join(cache, 'runner-'));
test.after(() => rmSync(folder, { recursive: true }));

const npmTest = (...args: string[]) =>
  spawnSync(
    process.execPath,
    [fileURLToPath(new URL('../run.ts', import.meta.url)), '--in', folder, ...args],
    {
      encoding: 'utf8',
    },
  );

test('the command fails when one file fails, and closes with the counts', () => {
  for (const name of ['passes', 'fails']) copyFileSync(fixture(name), join(folder, `${name}.test.ts`));
  const all = npmTest('--seed', '11');
  assert.is(all.status, 1);
  assert.match(all.stdout, 'seed 11');
  assert.is(all.stdout.trimEnd().split('\n').at(-1), '2 passed, 1 failed, 1 skipped');
  assert.is(npmTest('passes').status, 0);
  assert.is(npmTest('--list').stdout.match(/\.test\.ts/g)?.length, 2);
  assert.is(npmTest('--grep', 'planted').status, 1);
  assert.is(npmTest('--grep', 'nothing has this').status, 1);
  assert.is(npmTest('--jbos', '1').status, 2);
});

test.run();
