import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { openJournal } from '../../../agent/journal/open-journal.ts';
import { refusedWith } from '../../refusal.ts';
import { numberOf, smallJournal, withFolder, withJournal } from './journal-rig.ts';

const seed = Number(process.env.SEED ?? Date.now() % 100_000);
const rounds = 12;
const writer = fileURLToPath(new URL('crash-writer.ts', import.meta.url));

/** Park and Miller's generator: one seed, one run. */
function dice(start: number): (max: number) => number {
  let state = (start % 2147483646) + 1;
  return max => {
    state = (state * 48271) % 2147483647;
    return state % max;
  };
}

/** Runs the writer and kills it after `acknowledged` numbers, in whatever it is doing then. Returns the last number it printed. */
async function writeAndKill(folder: string, lanes: number, acknowledged: number): Promise<number> {
  const child = spawn(process.execPath, [writer, folder, String(lanes)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const gone = once(child, 'close');
  let text = '';
  let killed = false;
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk;
    if (!killed && text.split('\n').length > acknowledged) killed = child.kill('SIGKILL');
  });
  const [code] = await gone;
  assert.ok(killed, `the writer ended by itself with ${code}`);
  return Number(text.slice(0, text.lastIndexOf('\n')).split('\n').at(-1));
}

test(`${rounds} kills lose no acknowledged record and no order (SEED=${seed})`, () =>
  withFolder(async folder => {
    console.log(`SEED=${seed}`);
    const roll = dice(seed);
    for (let round = 0; round < rounds; round++) {
      const printed = await writeAndKill(folder, 1 + roll(12), 1 + roll(400));
      await withJournal(smallJournal(folder, { budgetBytes: 64 << 20 }), async journal => {
        const numbers = (await journal.read(0, { limit: 100_000 })).map(entry => numberOf(entry.body));
        assert.ok(journal.last.seq >= printed, `${journal.last.seq} is there, ${printed} was acknowledged`);
        assert.equal(
          numbers,
          Array.from({ length: journal.last.seq }, (_, i) => i + 1),
        );
      });
    }
  }));

test('a journal that one process has open is refused to a second one, until the first was killed', () =>
  withFolder(async folder => {
    const child = spawn(process.execPath, [writer, folder, '1'], { stdio: ['ignore', 'pipe', 'inherit'] });
    const gone = once(child, 'close');
    await once(child.stdout, 'data');
    await refusedWith('journal/inUse', () => openJournal(smallJournal(folder)));
    child.kill('SIGKILL');
    child.stdout.resume();
    await gone;
    await withJournal(smallJournal(folder), async journal => {
      assert.ok(journal.last.seq > 0);
      await refusedWith('journal/inUse', () => openJournal(smallJournal(folder)));
    });
    await withJournal(smallJournal(folder), async () => undefined);
  }));

test.run();
