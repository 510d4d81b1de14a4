// The data keys that the segments under a terminal's home were sealed with, also in folders that were set aside or released.
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { readBytes } from './segment-files.ts';
import { blockBytes, decodeHeader, segmentNumber } from './segment-format.ts';
import { nodeStorage } from './storage.ts';

/** The logs, and folders of them that were set aside or released (`journal.quarantine`, `telemetry.released-1`). */
const log = /^(journal|telemetry)(\.|$)/;

/** Ids of keyIdOf, in hex. Errors: the system's. */
export async function keyIdsUnder(home: string): Promise<Set<string>> {
  const ids = new Set<string>();
  for (const entry of await readdir(home, { withFileTypes: true })) {
    const mayBeFolder = entry.isDirectory() || entry.isSymbolicLink(); // a log may be on another disk
    if (!mayBeFolder || !log.test(entry.name)) continue;
    const folder = join(home, entry.name);
    for (const name of await readdir(folder)) {
      if (segmentNumber(name) === undefined) continue;
      const header = decodeHeader(await readBytes(nodeStorage, join(folder, name), 0, blockBytes));
      if (header) ids.add(header.keyId.toString('hex'));
    }
  }
  return ids;
}
