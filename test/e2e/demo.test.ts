// timeout: 180 s
// The demo as a stranger runs it: papers, records, last line, exit code; two at once; and nothing left behind.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { faults } from '../../simulator/faults/registry.ts';
import { temporaryFolder } from '../../simulator/temporary-folder.ts';

const test = suite<{ dir: string }>('demo');
const main = fileURLToPath(new URL('../../simulator/demo/main.ts', import.meta.url));

test.before.each(async context => {
  context.dir = temporaryFolder('dt', 25);
});
test.after.each(({ dir }) => rm(dir, { recursive: true, force: true }));

interface Demo {
  child: ChildProcess;
  said: () => string;
  code: Promise<number | null>;
  /** Resolves when it has said `words`. */
  heard(words: string): Promise<void>;
}

/** Starts a demo whose working folder is made in `dir`. */
function start(dir: string, ...args: string[]): Demo {
  const child = spawn(process.execPath, [main, '--out', join(dir, 'out'), ...args], {
    env: { PATH: process.env.PATH, TMPDIR: dir },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  const watchers = new Set<() => void>();
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => {
      said += text;
      for (const watch of watchers) watch();
    });
  return {
    child,
    said: () => said,
    code: once(child, 'close').then(([code]) => code as number | null),
    heard: words =>
      new Promise(resolve => {
        const watch = () => {
          if (!said.includes(words)) return;
          watchers.delete(watch);
          resolve();
        };
        watchers.add(watch);
        watch();
      }),
  };
}

/** Processes whose command line or environment names `dir`: what a demo of this test has left running. */
async function leftIn(dir: string): Promise<string[]> {
  const found: string[] = [];
  for (const pid of await readdir('/proc')) {
    if (!/^\d+$/.test(pid) || Number(pid) === process.pid) continue;
    const told = await Promise.all(
      ['cmdline', 'environ', 'mountinfo'].map(name =>
        readFile(`/proc/${pid}/${name}`, 'latin1').catch(() => ''),
      ),
    );
    if (told.some(text => text.includes(dir))) found.push(`${pid} ${told[0]!.replaceAll('\0', ' ')}`);
  }
  return found;
}

/** Waits for what ends asynchronously, such as a process whose parent was killed. */
async function nothingLeft(dir: string): Promise<void> {
  let left = await leftIn(dir);
  for (let look = 0; look < 100 && left.length > 0; look++) {
    await new Promise(resolve => setTimeout(resolve, 100));
    left = await leftIn(dir);
  }
  assert.equal(left, []);
}

test('one issue: PDF, pages, receipt, timeline, ledger, the last line, and nothing left running', async ({
  dir,
}) => {
  const demo = start(dir, '--pin', '9876');
  assert.is(await demo.code, 0, demo.said());
  assert.is(demo.said().trim().split('\n').at(-1), 'issued 1 of 1');
  const out = join(dir, 'out');
  const files = await readdir(out);
  for (const name of ['1-juminhyo.pdf', '1-juminhyo-1.png', '1-receipt.png', 'timeline.json', 'ledger.json'])
    assert.ok(files.includes(name), name);
  assert.is((await readFile(join(out, '1-juminhyo.pdf'))).subarray(0, 5).toString(), '%PDF-');
  for (const name of ['1-juminhyo-1.png', '1-receipt.png'])
    assert.is((await readFile(join(out, name))).subarray(1, 4).toString(), 'PNG');
  const timeline = JSON.parse(await readFile(join(out, 'timeline.json'), 'utf8')) as {
    ms: number;
    what: string;
  }[];
  assert.ok(timeline.length > 30);
  assert.ok(
    timeline.every(({ ms }, index) => index === 0 || ms >= timeline[index - 1]!.ms),
    'monotonic',
  );
  const ledger = JSON.parse(await readFile(join(out, 'ledger.json'), 'utf8'));
  assert.equal(
    ledger.transactions.map((row: { outcome: string; feeYen: number }) => [row.outcome, row.feeYen]),
    [['issued', 200]],
  );
  assert.not(demo.said().includes('9876'), 'the PIN is not told');
  assert.equal(
    (await readdir(dir)).filter(name => name !== 'out'),
    [],
    'no working folder',
  );
  await nothingLeft(dir);
});

test('two at once, as JSON lines, each with an out folder of its own', async ({ dir }) => {
  const demos = [
    start(dir, '--json', '--kind', 'zei'),
    start(dir, '--json', '--kind', 'inkan', '--seed', '3'),
  ];
  for (const demo of demos) assert.is(await demo.code, 0, demo.said());
  const papers = await Promise.all(['out', 'out-2'].map(name => readdir(join(dir, name))));
  assert.equal(
    papers.map(names => names.filter(name => name.endsWith('.pdf')).length),
    [1, 1],
  );
  const lines = demos[0]!
    .said()
    .split('\n')
    .filter(line => line.startsWith('{'));
  assert.ok(lines.length > 30 && lines.every(line => typeof JSON.parse(line).ms === 'number'));
  await nothingLeft(dir);
});

test('Ctrl-C in the middle ends everything and says so by the exit code', async ({ dir }) => {
  const demo = start(dir);
  await demo.heard('cardRead');
  demo.child.kill('SIGINT');
  assert.is(await demo.code, 1);
  assert.ok(demo.said().includes('Interrupted by SIGINT'));
  await nothingLeft(dir);
  assert.equal(await readdir(dir), ['out']);
});

test('a demo whose output nobody reads any more ends in order', async ({ dir }) => {
  const demo = start(dir);
  await demo.heard('cardRead');
  demo.child.stdout?.destroy();
  demo.child.stderr?.destroy();
  assert.is(await demo.code, 1);
  await nothingLeft(dir);
  assert.equal(await readdir(dir), ['out']);
});

test('a demo that is killed leaves no process behind', async ({ dir }) => {
  const demo = start(dir);
  await demo.heard('cardRead');
  demo.child.kill('SIGKILL');
  await demo.code;
  await nothingLeft(dir);
});

test('options that cannot be read end with 2 before anything is started; --help with 0', async ({ dir }) => {
  for (const args of [
    ['--count', '0'],
    ['--kind', 'x'],
    ['--pin', '12'],
    ['--nonsense'],
    ['--seed', '-1'],
    ['--fault', 'x'],
  ]) {
    const demo = start(dir, ...args);
    assert.is(await demo.code, 2, args.join(' '));
    assert.ok(demo.said().includes('--help'));
  }
  const help = start(dir, '--help');
  assert.is(await help.code, 0);
  for (const option of ['--count', '--kind', '--city', '--pin', '--seed', '--keep', '--json', '--fault'])
    assert.ok(help.said().includes(option), option);
  assert.equal(await readdir(dir), []);
});

test('a fault says the end that was reached, what was told, coins, sheets and books; and ends with 0 when all is as expected', async ({
  dir,
}) => {
  const demo = start(dir, '--fault', 'till.half-paid,card.wrong-pin-twice');
  assert.is(await demo.code, 0, demo.said());
  for (const line of [
    /^expected +abandoned \(pay\/timeout\)/m,
    /^end +abandoned \(pay\/timeout\)$/m,
    /^told +取引を中止しました/m,
    /^coins +100 yen in, 100 yen out; kept 0, owed 0$/m,
    /^paper +0 sheets, 0 slips$/m,
    /^books +agree$/m,
    /^as expected 1 of 1$/m,
  ])
    assert.match(demo.said(), line);
  await nothingLeft(dir);
});

test('--fault list names every fault with its end, and starts nothing', async ({ dir }) => {
  const list = start(dir, '--fault', 'list');
  assert.is(await list.code, 0);
  for (const { name } of faults) assert.ok(list.said().includes(`${name} `), name);
  assert.is(list.said().split('→').length - 1, faults.length);
  assert.equal(await readdir(dir), []);
});

test('a nobody-may-have-it wish says which leg failed and ends with 1', async ({ dir }) => {
  const demo = start(dir, '--kind', 'fuhyo', '--city', '131130');
  assert.is(await demo.code, 1);
  assert.match(demo.said(), /FAILED at the leg "resident": No resident may have/);
  assert.match(demo.said(), /What to do: /);
  assert.is(demo.said().trim().split('\n').at(-1), 'issued 0 of 1');
  await nothingLeft(dir);
});

test.run();
