// A writer that is killed when a segment has just become a spare, another agent that adopts this spare, then a power cut at any point of
// its life. The rename is in memory only until the folder, or anything behind it in the file system's log, is flushed.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as assert from 'uvu/assert';
import { nodeStorage, type Storage } from '../../agent/journal/storage.ts';
import { seededRandom } from '../../simulator/customer/seeded-random.ts';
import { body, numberOf, smallJournal } from '../agent/journal/journal-rig.ts';
import { type Checker, startChecker } from './checker.ts';
import { planStates } from './crash-states.ts';
import { type DeviceOptions, withDevice } from './device.ts';
import type { Recording } from './recording.ts';
import { Replay } from './replay.ts';
import type { OpenJournal } from './workload.ts';

const writer = fileURLToPath(new URL('killed-at-rename.fixture.ts', import.meta.url));
const ledgerIn = (mountPoint: string) => join(mountPoint, 'ledger');
/** Of the states, there are about 80. */
const maxStates = 200;

interface Life {
  recording: Recording;
  /** Sequence number of each record that was acknowledged, and the operations that were recorded then. */
  acknowledged: { seq: number; at: number }[];
}

/** The youngest spare is the first that is used: the order in a folder is the file system's own affair. */
const youngestFirst: Storage = {
  ...nodeStorage,
  list: async folder =>
    (await nodeStorage.list(folder))?.sort((one, other) => other.localeCompare(one, 'en', { numeric: true })),
};

const killedAndAdopted = (openJournal: OpenJournal, on: DeviceOptions): Promise<Life> =>
  withDevice(on, async (mountPoint, device) => {
    const child = spawn(process.execPath, [writer, ledgerIn(mountPoint)], { stdio: 'inherit' });
    const [, signal] = await once(child, 'close');
    assert.is(signal, 'SIGKILL');
    await device.record();
    const journal = await openJournal(smallJournal(ledgerIn(mountPoint), { storage: youngestFirst }));
    const acknowledged = [{ seq: journal.last.seq, at: 0 }];
    for (let n = 0; n < 3; n++) {
      const { seq } = await journal.append(body(journal.last.seq + 1));
      acknowledged.push({ seq, at: device.recorded });
    }
    await journal.close();
    return { recording: await device.stop(), acknowledged };
  });

/** Fails where a power cut leaves a journal that does not open, or that lacks a record. Nothing is torn: this is about order. */
export async function adoptedThenCut(
  openJournal: OpenJournal,
  on: Pick<DeviceOptions, 'fileSystem' | 'megabytes'>,
): Promise<void> {
  const { recording, acknowledged } = await killedAndAdopted(openJournal, on);
  const checker = await startChecker(recording.base.length, on.fileSystem);
  try {
    await checkAll(checker, recording, acknowledged, openJournal);
  } finally {
    await checker.close();
  }
}

async function checkAll(
  checker: Checker,
  recording: Recording,
  acknowledged: Life['acknowledged'],
  openJournal: OpenJournal,
): Promise<void> {
  const random = seededRandom(1);
  const replay = new Replay(recording);
  for (const { point, fates } of planStates(recording, maxStates, random)) {
    replay.advance(point);
    const kept = { point, fates: fates.filter(({ torn }) => !torn) };
    const found = await checker.check(replay.durable, replay.pieces(kept, random), mountPoint =>
      openJournal(smallJournal(ledgerIn(mountPoint))),
    );
    const at = `cut at ${point} of ${recording.operations.length} operations, kept ${fates.map(({ write }) => write)}`;
    if (typeof found === 'string') throw new Error(`${found}: ${at}`);
    const least = acknowledged.findLast(one => one.at <= point)!.seq;
    assert.ok(found.last >= least, `${least} was acknowledged, ${found.last} is the last: ${at}`);
    assert.equal(
      found.entries.map(entry => numberOf(entry.body)),
      Array.from({ length: found.last - found.cursor }, (_, i) => found.cursor + 1 + i),
      at,
    );
  }
}
