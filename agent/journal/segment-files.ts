// The segment files of a folder: their names, their headers, and whether each belongs to this journal.
import type { KeyObject } from 'node:crypto';
import { join } from 'node:path';
import { JournalError, toJournalError } from './journal-error.ts';
import { keyIdOf, SegmentSeal } from './seal.ts';
import {
  blockBytes,
  decodeHeader,
  type LogName,
  maxSegmentBytes,
  type SegmentHeader,
  segmentName,
  segmentNumber,
} from './segment-format.ts';
import type { Storage } from './storage.ts';

/** Whose journal this is. A folder of another terminal, log or epoch is refused. */
export interface Owner {
  log: LogName;
  terminal: string;
  epoch: number;
  /** Secret keys of 32 bytes. The first one seals; the others open what was sealed before a rotation. */
  dataKeys: readonly KeyObject[];
}

export interface SegmentFile {
  header: SegmentHeader;
  seal: SegmentSeal;
}

/** Reads bytes of a file. `maxBytes` has to be what memory has room for. `roomFor`: gives the buffer for so many bytes. Errors: the system's. */
export async function readBytes(
  storage: Storage,
  path: string,
  from = 0,
  maxBytes = maxSegmentBytes,
  roomFor?: (length: number) => Buffer,
): Promise<Buffer> {
  const file = await storage.openToRead(path);
  try {
    const length = Math.min(maxBytes, (await file.size()) - from);
    return await file.read(from, length, roomFor?.(length));
  } finally {
    await file.close();
  }
}

/** Errors: journal/altered, also for what is no file or is longer than it was made; journal/cut; the system's. */
async function readHeader(storage: Storage, folder: string, number: number): Promise<SegmentHeader> {
  const refuse = (code: 'journal/altered' | 'journal/cut', cause?: unknown) =>
    new JournalError(code, { segment: number, offset: 0 }, cause);
  const file = await storage.openToRead(join(folder, segmentName(number))).catch(cause => {
    const { code } = toJournalError(cause);
    throw code === 'journal/wrongType' ? refuse('journal/altered', cause) : cause;
  });
  try {
    const block = await file.read(0, blockBytes);
    const header = decodeHeader(block);
    if (!header) throw refuse(block.length < blockBytes ? 'journal/cut' : 'journal/altered');
    const size = await file.size();
    if (size > header.size || size > maxSegmentBytes)
      throw new JournalError('journal/altered', { segment: number, offset: header.size });
    return header;
  } finally {
    await file.close();
  }
}

/**
 * The headers of all segments, by number. Errors: journal/altered, journal/cut (a file without a whole block), journal/reordered,
 * journal/duplicated, journal/foreignLog, journal/foreignTerminal, journal/foreignEpoch, journal/foreignKey; journal/wrongKey
 * where no segment was sealed with one of our keys; the system's.
 */
export async function readSegmentFiles(
  storage: Storage,
  folder: string,
  names: readonly string[],
  owner: Owner,
): Promise<Map<number, SegmentFile>> {
  const keys = new Map(owner.dataKeys.map(key => [keyIdOf(key).toString('hex'), key]));
  const headers = new Map<number, SegmentHeader>();
  for (const number of names.map(segmentNumber).filter(found => found !== undefined)) {
    headers.set(number, await readHeader(storage, folder, number));
  }
  const known = [...headers.values()].map(header => keys.has(header.keyId.toString('hex')));
  if (known.length > 0 && !known.includes(true)) throw new JournalError('journal/wrongKey', { folder });
  const files = new Map<number, SegmentFile>();
  for (const [number, header] of headers) {
    const detail = { segment: number };
    if (header.log !== owner.log) throw new JournalError('journal/foreignLog', detail);
    if (header.terminal !== owner.terminal) throw new JournalError('journal/foreignTerminal', detail);
    if (header.epoch !== owner.epoch) throw new JournalError('journal/foreignEpoch', detail);
    const key = keys.get(header.keyId.toString('hex'));
    if (!key) throw new JournalError('journal/foreignKey', detail);
    if (header.number !== number) {
      const original = headers.get(header.number)?.number === header.number;
      throw new JournalError(original ? 'journal/duplicated' : 'journal/reordered', detail);
    }
    files.set(number, { header, seal: new SegmentSeal(key, header) });
  }
  return files;
}
