// What still opens in a journal that was tampered with. Each commit's seal proves by itself that this terminal wrote it in
// this segment; whether anything is missing between them it does not prove.
import { openCommit, recordType, type SealedRecord } from '../../agent/journal/commit-format.ts';
import { keyIdOf, SegmentSeal } from '../../agent/journal/seal.ts';
import { blockBytes } from '../../agent/journal/segment-format.ts';
import type { Snapshot } from './snapshot.ts';
import type { Source } from './source.ts';
import type { SeenSegment } from './structure.ts';

/** By rising number, each entry once: of two with one number, that of the younger segment. */
export function salvage(
  { segments: files }: Snapshot,
  { keys }: Source,
  segments: readonly SeenSegment[],
): SealedRecord[] {
  const entries = new Map<number, SealedRecord>();
  const others: SealedRecord[] = [];
  for (const { file, header } of segments) {
    const key = keys.find(one => keyIdOf(one).equals(header.keyId));
    if (!key) continue;
    const seal = new SegmentSeal(key, header);
    const bytes = files.get(file)!;
    for (let at = blockBytes; at < bytes.length; ) {
      const commit = openCommit(bytes, at, seal);
      for (const record of commit?.records ?? [])
        if (record.type === recordType.entry) entries.set(record.seq, record);
        else others.push(record);
      at += commit?.bytes ?? blockBytes;
    }
  }
  return [...others, ...entries.values()].sort((a, b) => a.seq - b.seq);
}
