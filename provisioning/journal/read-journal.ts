// Reads a journal with its key: all of it by the agent's own recovery, or what still opens after tampering.
import { frameAt, openCommit, recordType, type SealedRecord } from '../../agent/journal/commit-format.ts';
import { isJournalError } from '../../agent/journal/journal-error.ts';
import { type KeptSegment, type Recovered, recover } from '../../agent/journal/recovery.ts';
import { keyIdOf, SegmentSeal } from '../../agent/journal/seal.ts';
import { followChain } from '../../agent/journal/segment-chain.ts';
import type { Owner } from '../../agent/journal/segment-files.ts';
import { blockBytes } from '../../agent/journal/segment-format.ts';
import { ProvisioningError } from '../provisioning-error.ts';
import { bytesOf, headersOf, namedOwner, type Snapshot, storageOf } from './snapshot.ts';
import type { Source } from './source.ts';
import type { SeenSegment } from './structure.ts';

export interface ReadSegment extends KeptSegment {
  records: readonly SealedRecord[];
}

export interface ReadJournal extends Omit<Recovered, 'segments'> {
  owner: Owner;
  segments: readonly ReadSegment[];
  /** `closed`: the agent ended cleanly. `torn`: a write was begun and is not whole. `open`: killed, or still writing. */
  tail: 'closed' | 'open' | 'torn' | 'nothing';
}

/**
 * The same walk and the same verdict as at the agent's start, and every record.
 * Errors: provisioning/journalKey; JournalError, one code for each way of tampering.
 */
export async function readJournal(snapshot: Snapshot, source: Source): Promise<ReadJournal> {
  const owner: Owner = { ...ownerOf(snapshot, source), log: source.log, dataKeys: source.keys };
  const recovered = await recover(storageOf(snapshot), snapshot.folder, owner).catch(error => {
    throw isJournalError(error) && error.code === 'journal/wrongKey' ? wrongKey(snapshot, source) : error;
  });
  const segments = recovered.segments.map((segment, i): ReadSegment => {
    const end = recovered.segments[i + 1]?.header.previous;
    const bytes = bytesOf(snapshot, segment.number);
    return { ...segment, records: followChain(bytes, segment.header, segment.seal, end).records };
  });
  return { ...recovered, owner, segments, tail: tailOf(snapshot, segments.at(-1)) };
}

function ownerOf(snapshot: Snapshot, { owner }: Source): Pick<Owner, 'terminal' | 'epoch'> {
  const named = namedOwner(snapshot) ?? { terminal: '', epoch: 0 };
  if (!owner) return named;
  const { terminal, epoch, orEarlier } = owner;
  return { terminal, epoch: orEarlier && named.epoch > 0 ? Math.min(epoch, named.epoch) : epoch };
}

function tailOf(snapshot: Snapshot, youngest: ReadSegment | undefined): ReadJournal['tail'] {
  if (!youngest) return 'nothing';
  if (youngest.records.at(-1)?.type === recordType.closed) return 'closed';
  // any other content behind the end is left over: the file was another segment before
  const begun = frameAt(bytesOf(snapshot, youngest.number), youngest.end);
  return begun?.first.tag.equals(youngest.tag) ? 'torn' : 'open';
}

function wrongKey(snapshot: Snapshot, { keys }: Source): ProvisioningError {
  const sealed = new Set([...headersOf(snapshot).values()].map(({ keyId }) => keyId.toString('hex')));
  const given = keys.map(key => keyIdOf(key).toString('hex'));
  return new ProvisioningError(
    'provisioning/journalKey',
    `The segments are sealed with the key of id ${[...sealed].join(', ')}; the key given has id ${given.join(', ')}.`,
  );
}

/**
 * The records that still open, by rising number, each entry once: of two with one number, that of the younger segment.
 * The seal of each commit proves that this terminal wrote it in this segment. It does not prove that no commit is missing.
 */
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
