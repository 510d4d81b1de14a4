// Quarantine: a journal that may not be used any more is moved aside whole, with the reason beside its segments, and never
// deleted. While it is there, no journal opens in its place. A person decides, and the hub consents to exactly this journal.
import { createHash } from 'node:crypto';
import { dirname, join, resolve } from 'node:path';
import { JournalError, type JournalErrorCode, journalCodes, toJournalError } from './journal-error.ts';
import { readBytes } from './segment-files.ts';
import { maxSegmentBytes, segmentNumber } from './segment-format.ts';
import { type Storage, writeAll } from './storage.ts';

const suffix = '.quarantine';
export const quarantineOf = (folder: string): string => `${folder}${suffix}`;

const reasonName = 'reason.json';

export interface Quarantine {
  /** Path of the quarantine. */
  folder: string;
  /** The reason: see reasonOf. */
  code: JournalErrorCode;
  /** SHA-256 over names and content of its segments. A consent names it. */
  evidence: Buffer;
}

/** What lies in the quarantine of the journal at `folder`; undefined where nothing does. An empty folder holds nothing to decide about. */
async function namesIn(storage: Storage, folder: string): Promise<string[] | undefined> {
  const names = await storage.list(quarantineOf(folder));
  return names?.length === 0 ? undefined : names;
}

/** Errors: journal/quarantined where a journal waits there; those of the disk. */
export async function insistOnNoQuarantine(storage: Storage, folder: string): Promise<void> {
  if (await namesIn(storage, folder))
    throw new JournalError('journal/quarantined', { folder: quarantineOf(folder) });
}

/** The quarantine of the journal at `folder`; undefined where there is none. Errors: journal/io. */
export async function quarantined(storage: Storage, folder: string): Promise<Quarantine | undefined> {
  const place = quarantineOf(folder);
  try {
    const names = await namesIn(storage, folder);
    if (!names) return undefined;
    const evidence = await digestOf(storage, place, names);
    return { folder: place, code: (await reasonOf(storage, place))!, evidence };
  } catch (cause) {
    throw toJournalError(cause);
  }
}

/**
 * Why `folder`, in quarantine or released since, was set aside. Undefined for one that was not; `journal/quarantined` where the
 * reason could not be written. Errors: journal/io.
 */
export async function reasonOf(storage: Storage, folder: string): Promise<JournalErrorCode | undefined> {
  try {
    const names = await storage.list(folder);
    if (names?.includes(reasonName)) return codeIn(await readBytes(storage, join(folder, reasonName)));
    return isInQuarantine(folder) ? 'journal/quarantined' : undefined;
  } catch (cause) {
    throw toJournalError(cause);
  }
}

const isInQuarantine = (folder: string): boolean => resolve(folder).endsWith(suffix);

/** Removes the reason from a journal that was to be set aside, could not be moved, and opens after all. */
export async function forgetReason(
  storage: Storage,
  folder: string,
  names: readonly string[],
): Promise<void> {
  if (names.includes(reasonName)) await storage.remove(join(folder, reasonName));
}

/** Moves the folder, which nothing has open, into quarantine. Errors: journal/io; the folder is then where it was. */
export async function setAside(storage: Storage, folder: string, why: JournalError): Promise<void> {
  try {
    // the folder is moved even where the disk does not take the reason
    await writeReason(storage, join(folder, reasonName), why).catch(() => undefined);
    await storage.rename(folder, quarantineOf(folder));
    await storage.flushFolder(dirname(folder));
  } catch (cause) {
    throw toJournalError(cause);
  }
}

async function writeReason(storage: Storage, path: string, { code, detail }: JournalError): Promise<void> {
  const file = await storage.create(path);
  try {
    await writeAll(file, Buffer.from(`${JSON.stringify({ code, ...detail })}\n`), 0);
    await file.flush();
  } finally {
    await file.close();
  }
}

function codeIn(reason: Buffer): JournalErrorCode {
  try {
    const { code } = JSON.parse(String(reason));
    return Object.hasOwn(journalCodes, code) ? code : 'journal/quarantined';
  } catch {
    return 'journal/quarantined'; // the reason was not written whole
  }
}

/**
 * The same digest of a journal in its place, for a journal that is sound and that no version of the agent can read.
 * Undefined where there is no segment. Errors: journal/io.
 */
export async function evidenceIn(storage: Storage, folder: string): Promise<Buffer | undefined> {
  try {
    const names = await storage.list(folder);
    if (!names?.some(name => segmentNumber(name) !== undefined)) return undefined;
    return await digestOf(storage, folder, names);
  } catch (cause) {
    throw toJournalError(cause);
  }
}

async function digestOf(storage: Storage, folder: string, names: readonly string[]): Promise<Buffer> {
  const sum = createHash('sha256');
  for (const name of names.filter(name => segmentNumber(name) !== undefined).sort())
    sum.update(`${name} ${(await contentDigest(storage, join(folder, name))).toString('hex')}\n`);
  return sum.digest();
}

/**
 * SHA-256 of a file's content. No segment is longer than `maxSegmentBytes`: of a file that is, the bytes up to there are taken, then
 * its length in decimal. Of what is no file, none is taken.
 */
async function contentDigest(storage: Storage, path: string): Promise<Buffer> {
  const content = createHash('sha256');
  const file = await storage.openToRead(path).catch(error => {
    if (toJournalError(error).code !== 'journal/wrongType') throw error;
  });
  try {
    const size = (await file?.size()) ?? 0;
    const hashedBytes = Math.min(size, maxSegmentBytes);
    for (let at = 0; at < hashedBytes; at += chunkBytes)
      content.update(await file!.read(at, Math.min(chunkBytes, hashedBytes - at)));
    if (size > hashedBytes) content.update(String(size));
  } finally {
    await file?.close();
  }
  return content.digest();
}

const chunkBytes = 1 << 20;
