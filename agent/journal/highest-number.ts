// The numbers of a log that cannot be opened, as far as its segments show them without a key: a log after it begins above them.
import { join } from 'node:path';
import { frameAt } from './commit-format.ts';
import { type Owner, readBytes } from './segment-files.ts';
import { blockBytes, decodeHeader, segmentNumber } from './segment-format.ts';
import { nodeStorage } from './storage.ts';

/** Above it no number is believed: whoever altered the log may have written any. */
const maxBelieved = 2 ** 40;

/**
 * No record of this owner in `folder` has a higher number; by the commits that have a whole shape. It may be some too high, because a commit
 * counts more than entries. 0 where nothing shows one. Errors: the system's.
 */
export async function highestNumberIn(
  folder: string,
  { log, terminal, epoch }: Pick<Owner, 'log' | 'terminal' | 'epoch'>,
): Promise<number> {
  let highest = 0;
  for (const name of (await nodeStorage.list(folder)) ?? []) {
    if (segmentNumber(name) === undefined) continue;
    const bytes = await readBytes(nodeStorage, join(folder, name));
    const header = decodeHeader(bytes);
    if (header?.log !== log || header.terminal !== terminal || header.epoch !== epoch) continue;
    for (let at = blockBytes; at < bytes.length; ) {
      const frame = frameAt(bytes, at);
      const upto = frame ? frame.first.seq + frame.count - 1 : 0;
      if (upto <= maxBelieved) highest = Math.max(highest, upto);
      at += frame?.bytes ?? blockBytes;
    }
  }
  return highest;
}
