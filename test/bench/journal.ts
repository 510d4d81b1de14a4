// Durable appends of 300 bytes: our journal, and what else a user would pick, in turn; then on an emulated SD card, with
// what reached the device; then a start, and that is the time until 100,000 records are verified.
import { createSecretKey, randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { openJournal } from '../../agent/journal/open-journal.ts';
import { temporaryFolder } from '../../simulator/temporary-folder.ts';
import { type Device, withDevice } from '../crash/device.ts';
import { devicesMissing } from '../crash/devices-missing.ts';
import { type Benchmark, type Effort, Figures, inRounds, type Line } from './benchmark.ts';
import { type EngineName, engines } from './journal-engines.ts';
import { addShares } from './journal-shares.ts';

const bytes = 300;
/** Of one producer; of many, each as many up to 10,000 in all. */
const appends = { full: 300, short: 20 };
const producers = [1, 8, 32, 128] as const;
const alternatives = Object.keys(engines).filter(name => name !== 'ours') as Exclude<EngineName, 'ours'>[];

export const journal: Benchmark = {
  name: 'journal',
  about: `durable appends of ${bytes} bytes, records a second: more is better.
Us: the sealed journal, by so many producers at once, each of which waits for its record.
Alternatives, with as many producers, each batching as it can: SQLite (WAL, synchronous=FULL, what waits in one transaction),
classic-level (sync), mqtt-level-store, which flushes nothing. "1 raw" is one producer of plain write and fdatasync.
Below "1 at once": what one record alone waits for.
Emulated SD card: 4 ms a flush and 250 µs for each 4 KiB written, under a real ext4; bytes and flushes by the block device's counters.`,
  rounds: 7,
  onDevice: true,
  async run(rounds, how = 'full') {
    const folder = temporaryFolder('journal-bench');
    try {
      const here = await inRounds(rounds, how, figures => onThisDisk(figures, folder, how));
      const card = await onCard(Math.min(rounds, 3), how);
      return [...here, ...card, ...(await starts(rounds, folder, how))];
    } finally {
      await rm(folder, { recursive: true });
    }
  },
};

/** Records a second. */
async function rate(
  name: EngineName,
  folder: string,
  at: { once: number; count: number },
  segmentBytes = 4 << 20,
) {
  const place = await mkdtemp(join(folder, 'engine-'));
  const engine = await engines[name](place, segmentBytes);
  const body = randomBytes(bytes);
  let left = at.count;
  const began = performance.now();
  const produce = async () => {
    while (left-- > 0) await engine.append(body);
  };
  await Promise.all(Array.from({ length: at.once }, produce));
  const perSecond = at.count / ((performance.now() - began) / 1000);
  await engine.close();
  await rm(place, { recursive: true });
  return perSecond;
}

async function onThisDisk(figures: Figures, folder: string, how: Effort): Promise<void> {
  const raw = await rate('raw append + fdatasync', folder, { once: 1, count: appends[how] });
  for (const once of producers) {
    const at = { once, count: Math.min(appends[how] * once, 10_000) };
    const us = await rate('ours', folder, at);
    figures.add(`${once} at once, against 1 raw`, 'records/s', us, raw);
    for (const name of alternatives.filter(name => name !== 'raw append + fdatasync'))
      figures.add(`  ${once} at once, against ${name}`, 'records/s', us, await rate(name, folder, at));
    if (once === 1) await addShares(figures, folder, us);
  }
}

const card = { megabytes: 64, flushMs: 4, blockUs: 250 };

async function onCard(rounds: number, how: Effort): Promise<readonly Line[]> {
  const missing = devicesMissing();
  if (missing) {
    console.error(`Left out, the emulated SD card: ${missing}.`);
    return [];
  }
  return withDevice(card, async (mountPoint, device) => {
    const figures = new Figures();
    for (let nth = 0; nth < rounds; nth++) {
      const us = await worn(device, 'ours', mountPoint, how);
      for (const name of ['raw append + fdatasync', 'SQLite, WAL FULL'] as const) {
        const other = await worn(device, name, mountPoint, how);
        figures.add(`SD card, 1 at once, against ${name}`, 'records/s', us.perSecond, other.perSecond);
        figures.add(`  bytes written a record, against ${name}`, 'B', us.bytes, other.bytes);
        figures.add(`  flushes a record, against ${name}`, '', us.flushes, other.flushes);
      }
    }
    return figures.lines;
  });
}

/** One producer, and what the device took meanwhile. */
async function worn(device: Device, name: EngineName, mountPoint: string, how: Effort) {
  const place = await mkdtemp(join(mountPoint, 'engine-'));
  const engine = await engines[name](place, 1 << 20);
  await device.run('sync');
  const before = await device.counters();
  const body = randomBytes(bytes);
  const count = how === 'full' ? 100 : 20;
  const began = performance.now();
  for (let nth = 0; nth < count; nth++) await engine.append(body);
  const perSecond = count / ((performance.now() - began) / 1000);
  const after = await device.counters();
  await engine.close();
  await rm(place, { recursive: true });
  return {
    perSecond,
    bytes: ((after.sectorsWritten - before.sectorsWritten) * 512) / count,
    flushes: (after.flushes - before.flushes) / count,
  };
}

const recordsAtStart = { full: 100_000, short: 5_000 };

async function starts(rounds: number, folder: string, how: Effort): Promise<readonly Line[]> {
  const records = recordsAtStart[how];
  const options = {
    ...({ log: 'ledger', folder: join(folder, 'full'), terminal: 'bench-1', epoch: 1 } as const),
    dataKeys: [createSecretKey(randomBytes(32))],
    checkpoint: () => ({ body: Buffer.alloc(1) }),
  };
  const writer = await openJournal(options);
  const body = randomBytes(bytes);
  for (let nth = 0; nth < records; nth += 100)
    await Promise.all(Array.from({ length: 100 }, () => writer.append(body)));
  await writer.close();
  return inRounds(rounds, how, async figures => {
    const began = performance.now();
    const again = await openJournal(options);
    figures.add(`start with ${records} records, all verified`, 'ms', performance.now() - began);
    if (again.last.seq !== records) throw new Error(`Only ${again.last.seq} records were found.`);
    await again.close();
  });
}
