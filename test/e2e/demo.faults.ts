// timeout: 120 s
// The demo with faults: what it says of them, and the code it ends with.
import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { temporaryFolder } from '../../simulator/temporary-folder.ts';
import { nothingLeft, start } from './demo-process.ts';

test('a fault says the end that was reached, what the screen said, coins, sheets and books; and ends with 0 when all is as expected', async () => {
  const dir = temporaryFolder('dt', 20);
  const demo = start(
    dir,
    ...['--fault', 'till.half-paid,card.wrong-pin-twice', '--kind', 'zei', '--city', '131130'],
  );
  assert.is(await demo.code, 0, demo.said());
  for (const line of [
    /^expected +abandoned \(pay\/timeout\)/m,
    /^end +abandoned \(pay\/timeout\)$/m,
    /^screen +取引を中止しました/m,
    /^coins +100 yen in, 100 yen out; kept 0, owed 0$/m,
    /^paper +0 sheets, 0 slips$/m,
    /^books +agree$/m,
    /^as expected 1 of 1$/m,
  ])
    assert.match(demo.said(), line);
  const { transactions } = JSON.parse(await readFile(join(dir, 'out/ledger.json'), 'utf8'));
  assert.equal(
    transactions.map((row: { kind: string; municipality: string }) => [row.kind, row.municipality]),
    [['zei', '131130']],
  );
  const left = await readdir(join(dir, 'out'));
  for (const name of ['index.html', 'timeline.json', 'ledger.json', 'log.jsonl'])
    assert.ok(left.includes(name), `${left}`);
  await nothingLeft(dir);
  await rm(dir, { recursive: true });
});

test('a fault that ends with a claim slip leaves the PDF, its pages, the slip and the records', async () => {
  const dir = temporaryFolder('dt', 20);
  const demo = start(dir, '--fault', 'page.jam-after-page-1');
  assert.is(await demo.code, 0, demo.said());
  assert.match(demo.said(), /^paper +\d sheets?, 1 slip/m);
  const left = await readdir(join(dir, 'out'));
  for (const name of ['index.html', 'timeline.json', 'ledger.json', 'log.jsonl', '1-slip.png'])
    assert.ok(left.includes(name), `${name} is not in ${left}`);
  for (const name of [/^1-[a-z]+\.pdf$/, /^1-[a-z]+-1\.png$/])
    assert.ok(
      left.some(one => name.test(one)),
      `${name} is not in ${left}`,
    );
  await nothingLeft(dir);
  await rm(dir, { recursive: true });
});

test.run();
