// timeout: 60 s
// The telemetry log by itself: bounded, in order, durable, and harmless when its disk fails.
import { spawn } from 'node:child_process';
import { createSecretKey } from 'node:crypto';
import { once } from 'node:events';
import { readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { TelemetryLog } from '../../../agent/telemetry/telemetry-log.ts';
import { openDatabase } from '../../../simulator/hub/store/database.ts';
import { Telemetry, telemetrySchema } from '../../../simulator/hub/telemetry/telemetry.ts';
import { temporaryFolder } from '../../../simulator/temporary-folder.ts';
import { limits, numbered, numberOf, recordsOf, smallLog, span } from './telemetry-rig.ts';

const dir = temporaryFolder('telemetry');
test.after(() => rmSync(dir, { recursive: true }));
let folders = 0;
const newFolder = () => join(dir, `log-${++folders}`);

async function tell(log: TelemetryLog, from: number, count: number): Promise<void> {
  for (let n = from; n < from + count; n++) {
    log.tell(numbered(n));
    while (log.journal!.last.seq < n - 100) await new Promise(setImmediate);
  }
  while (log.journal!.last.seq < from + count - 1) await new Promise(setImmediate);
}

const bytesOf = (folder: string): number =>
  readdirSync(folder).reduce((sum, name) => sum + statSync(join(folder, name)).size, 0);

test('it keeps to its budget: the oldest records are dropped and counted, and the rest stays in order, also over a restart', async () => {
  const folder = newFolder();
  const log = await smallLog(folder);
  const count = 5000;
  await tell(log, 1, count);
  assert.ok(bytesOf(folder) <= limits.budgetBytes, `${bytesOf(folder)} bytes`);
  const dropped = await log.dropped();
  assert.ok(dropped > 500, `${dropped} dropped`);
  assert.equal(span((await recordsOf(log)).map(numberOf)), [dropped + 1, count]);
  await log.close();
  const again = await smallLog(folder);
  const [first, last] = span((await recordsOf(again)).map(numberOf));
  assert.is(last, count);
  assert.ok(first - 1 - dropped < dropped / 4, `${first}: its end took no more than a segment`);
  await again.close();
});

test('records that were reported as durable are there after a kill -9, in order', async () => {
  const folder = newFolder();
  for (const after of [10, 300, 1500]) {
    const writer = fileURLToPath(new URL('writer.fixture.ts', import.meta.url));
    const child = spawn(process.execPath, [writer, folder], { stdio: ['ignore', 'pipe', 'inherit'] });
    let text = '';
    let killed = false;
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk;
      if (!killed && text.split('\n').length > after) killed = child.kill('SIGKILL');
    });
    await once(child, 'close');
    const printed = Number(text.slice(0, text.lastIndexOf('\n')).split('\n').at(-1));
    const log = await smallLog(folder);
    const { last, oldest } = log.journal!;
    assert.ok(last.seq >= printed, `${last.seq} is there, ${printed} was printed`);
    assert.equal(span((await recordsOf(log)).map(numberOf)), [oldest, last.seq]);
    await log.close();
  }
});

test('a log that cannot be opened is reported once; then nothing is recorded, and nothing else fails', async () => {
  const folder = newFolder();
  writeFileSync(folder, 'no folder');
  const failures: string[] = [];
  const log = await smallLog(folder, { onFailure: ({ code }) => failures.push(code) });
  log.tell(numbered(1));
  assert.is(await log.dropped(), 0);
  await log.close();
  assert.equal(failures, ['journal/wrongType']);
});

/** Changes a byte of the first segment. Returns its name. */
function alter(folder: string): string {
  const [name] = readdirSync(folder).filter(one => one.endsWith('.segment'));
  const path = join(folder, name!);
  const bytes = readFileSync(path);
  bytes[5000]! ^= 1;
  writeFileSync(path, bytes);
  return name!;
}

test('a log that was altered is put aside and reported, and a new one begins, each time', async () => {
  const folder = newFolder();
  for (const nth of [1, 2]) {
    const log = await smallLog(folder);
    await tell(log, 1, 3);
    await log.close();
    const name = alter(folder);
    const failures: string[] = [];
    const again = await smallLog(folder, { onFailure: ({ code }) => failures.push(code) });
    assert.equal(failures, ['journal/altered'], `${nth}`);
    for (const n of [1, 2, 3]) again.tell(numbered(n));
    await again.close();
    const aside = nth === 1 ? `${folder}.aside` : `${folder}.aside-${nth}`;
    assert.ok(readdirSync(aside).includes(name));
    rmSync(folder, { recursive: true });
  }
});

test('a log after one that was put aside begins above its numbers, so that the hub takes its records and counts a gap', async () => {
  const folder = newFolder();
  const hub = new Telemetry(openDatabase(':memory:', telemetrySchema));
  const bring = async ({ journal }: TelemetryLog) => {
    const { oldest } = journal!;
    const from = Math.max(oldest, hub.take({ ...batch, from: oldest, oldest, records: [] }).upto + 1);
    const records = await journal!.read(from - 1, { limit: 100 });
    hub.take({ ...batch, from, oldest, records: records.map(({ tag, body }) => ({ tag, body })) });
  };
  const batch = { terminal: 'shop-1', epoch: 1, session: Buffer.alloc(16) };
  const first = await smallLog(folder);
  await tell(first, 1, 3);
  await bring(first);
  first.tell(numbered(4)); // the hub never has it
  await first.close();
  alter(folder);
  for (const n of [5, 6]) {
    // killed before it wrote anything, the first time
    const log = await smallLog(folder, { onFailure: () => undefined });
    if (n === 6) {
      log.tell(numbered(6));
      while (log.journal!.last.seq < log.journal!.oldest) await new Promise(setImmediate);
      await bring(log);
    }
    await log.close();
  }
  assert.equal(hub.records('shop-1').map(numberOf), [1, 2, 3, 6]);
  assert.ok(hub.missing('shop-1') >= 1, `${hub.missing('shop-1')} missing`);
  assert.ok(hub.missing('shop-1') < 10, `${hub.missing('shop-1')} missing`);
  const again = await smallLog(folder);
  assert.equal((await recordsOf(again)).map(numberOf), [6]);
  await again.close();
});

test('a log of another key is put aside, nothing that was put aside before is deleted, and after eight no more is put away', async () => {
  const folder = newFolder();
  const failures: string[] = [];
  const onFailure = ({ code }: { code: string }) => failures.push(code);
  for (let nth = 1; nth <= 10; nth++) {
    const dataKeys = [createSecretKey(Buffer.alloc(32, nth))];
    const log = await smallLog(folder, { dataKeys, onFailure });
    if (log.journal) await tell(log, 1, 1);
    await log.close();
  }
  assert.equal(failures, [...new Array(8).fill('journal/wrongKey'), 'journal/wrongKey', 'journal/full']);
  const kept = readdirSync(dirname(folder)).filter(name => name.startsWith(`${basename(folder)}.aside`));
  assert.is(kept.length, 8);
  for (const name of kept)
    assert.ok(readdirSync(join(dirname(folder), name)).some(one => /segment/.test(one)));
});

test('records that come faster than the disk takes them are lost and counted, not kept in memory', async () => {
  const log = await smallLog(newFolder());
  for (let n = 1; n <= 1000; n++) log.tell(numbered(n));
  assert.is(await log.dropped(), 1000 - 256);
  await log.close();
});

test.run();
