// A writer that is killed at work, another agent on what it left in the page cache, then a power cut that drops all that was not flushed.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as assert from 'uvu/assert';
import { body, numberOf, smallJournal } from '../agent/journal/journal-rig.ts';
import { type DeviceOptions, withDevice } from './device.ts';
import { Replay } from './replay.ts';
import type { OpenJournal } from './workload.ts';

const writer = fileURLToPath(new URL('../agent/journal/crash-writer.ts', import.meta.url));
const optionsIn = (mountPoint: string) => smallJournal(join(mountPoint, 'ledger'), { budgetBytes: 8 << 20 });

/** Kills the writer after so many acknowledgements. */
async function writeAndKill(folder: string, acknowledged: number): Promise<void> {
  const child = spawn(process.execPath, [writer, folder, '4'], { stdio: ['ignore', 'pipe', 'inherit'] });
  let lines = 0;
  child.stdout.on('data', (chunk: Buffer) => {
    lines += chunk.filter(byte => byte === 10).length;
    if (lines >= acknowledged) child.kill('SIGKILL');
  });
  await once(child, 'close');
}

/** Fails where a record that was acknowledged is gone, or one is at another place. */
export async function killedThenCut(
  openJournal: OpenJournal,
  on: Pick<DeviceOptions, 'fileSystem' | 'megabytes'> = { megabytes: 16 },
): Promise<void> {
  let last = 0;
  const image = await withDevice({ ...on, recordMount: true }, async (mountPoint, device) => {
    const options = optionsIn(mountPoint);
    for (const acknowledged of [3, 40]) {
      await writeAndKill(options.folder, acknowledged);
      const journal = await openJournal(options);
      for (let n = 0; n < 5; n++) ({ seq: last } = await journal.append(body(journal.last.seq + 1)));
      await journal.close();
    }
    const recording = await device.stop();
    const replay = new Replay(recording);
    replay.advance(recording.operations.length);
    return replay.durable;
  });
  await withDevice({ ...on, image }, async mountPoint => {
    const journal = await openJournal(optionsIn(mountPoint));
    try {
      const numbers = (await journal.read(0, { limit: Infinity })).map(entry => numberOf(entry.body));
      assert.equal(
        numbers,
        Array.from({ length: last }, (_, i) => i + 1),
      );
    } finally {
      await journal.close();
    }
  });
}
