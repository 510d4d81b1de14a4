// timeout: 180 s
// The demo as a stranger runs it: papers, records, index page, last line, exit code; two at once; and nothing left behind.
// With a fault: demo.faults.ts. How it ends when its output, its folder or itself goes away: demo.ends.ts; signals at any moment of it: `npm run test:signals`.
import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { temporaryFolder } from '../../simulator/temporary-folder.ts';
import { foreignReferences } from '../simulator/demo/html-judge.ts';
import { nothingLeft, start } from './demo-process.ts';

const test = suite<{ dir: string }>('demo');

test.before.each(async context => {
  context.dir = temporaryFolder('dt', 20);
});
test.after.each(({ dir }) => rm(dir, { recursive: true, force: true }));

test('two at once, one for a person and one for a program, each with an out folder of its own', async ({
  dir,
}) => {
  const person = start(dir, '--pin', '9876');
  await person.untilSaid('hub and broker');
  const program = start(dir, '--json', '--kind', 'zei');
  for (const demo of [person, program]) assert.is(await demo.code, 0, demo.said());

  const said = person.said();
  assert.is(said.trim().split('\n').at(-1), 'issued 1 of 1');
  for (const line of [
    /^ {2}devices +\d+\.\d s {2}/m,
    /^ +\d\.\d\d s {2}type the PIN on the pad +暗証番号4桁/m,
    /^fee +200 yen: 200 in, 0 out$/m,
    /^paper +1 page, 1 receipt$/m,
    /^end +issued \(issued\/done\)/m,
    /^books +agree/m,
    /^open +.*out\/index\.html$/m,
  ])
    assert.match(said, line);
  for (const chatter of ['9876', 'not available', 'ご利用いただけません', 'ledger: ', '\u001b'])
    assert.not(said.includes(chatter), chatter);
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
  const index = await readFile(join(out, 'index.html'), 'utf8');
  assert.ok(Buffer.byteLength(index) < 1_500_000, `index.html has ${Buffer.byteLength(index)} bytes`);
  assert.equal(foreignReferences(index), []);
  assert.is(index.match(/<img /g)?.length, 2, 'a page and a receipt');
  assert.ok(index.includes('暗証番号4桁を入力し'));

  const papers = await Promise.all(['out', 'out-2'].map(name => readdir(join(dir, name))));
  assert.equal(
    papers.map(names => names.filter(name => name.endsWith('.pdf')).length),
    [1, 1],
  );
  const entries = JSON.parse(program.printed()) as {
    ms: number;
    what: string;
    visits?: { kind: string }[];
  }[];
  assert.ok(entries.length > 30 && entries.every(({ ms }) => typeof ms === 'number'));
  assert.is(entries.at(-1)?.what, 'issued 1 of 1');
  assert.equal(
    entries.at(-1)?.visits?.map(({ kind }) => kind),
    ['zei'],
  );
  const lines = program
    .said()
    .split('\n')
    .filter(line => line.startsWith('{'));
  assert.ok(lines.length > 30 && lines.every(line => typeof JSON.parse(line).ms === 'number'));
  assert.equal(
    (await readdir(dir)).filter(name => !['out', 'out-2'].includes(name)),
    [],
    'no working folder',
  );
  await nothingLeft(dir);
});

test('what is answered at once starts nothing: --help and --fault list with 0, what cannot be read with 2', async ({
  dir,
}) => {
  for (const [args, code, words] of [
    [['--nonsense'], 2, '--help'],
    [['--fault', 'list', 'no-such-fault'], 2, 'no fault has no-such-fault'],
    [['-h'], 0, '--fault list [WORD]'],
    [['--version'], 0, 'madoguchi '],
    [['--kind', 'fuhyo', '--city', '131130'], 2, 'no resident may have that kind in that city'],
    [['--out', '/proc/x'], 2, 'choose a folder in which files can be written'],
    [['--fault', 'list', 'jam'], 0, '  page.jam-after-page-1\n'],
  ] as const) {
    const demo = start(dir, ...args);
    assert.is(await demo.code, code, args.join(' '));
    assert.ok(demo.said().includes(words), demo.said());
  }
  assert.equal(await readdir(dir), [], 'nothing was started');
});

test.run();
