// A journal that may not be used any more: moved aside whole, with the reason beside its segments, and never deleted. While
// it is there no journal opens in its place; a person decides, and the hub consents to what they saw.
import { createHash } from 'node:crypto';
import { dirname, join } from 'node:path';
import { type JournalError, type JournalErrorCode, journalCodes, toJournalError } from './journal-error.ts';
import { readBytes } from './segment-files.ts';
import { segmentNumber } from './segment-format.ts';
import { type Storage, writeAll } from './storage.ts';

export const quarantineOf = (folder: string): string => `${folder}.quarantine`;

const reasonName = 'reason.json';

export interface Quarantine {
  /** Where it lies. */
  folder: string;
  /** Why; `journal/quarantined` where that could not be written down. */
  code: JournalErrorCode;
  /** SHA-256 over names and content of its segments: what a consent is given to. */
  evidence: Buffer;
}

/** What lies in quarantine for the journal at `folder`. Errors: journal/io. */
export async function quarantined(storage: Storage, folder: string): Promise<Quarantine | undefined> {
  const place = quarantineOf(folder);
  const names = await storage.list(place);
  if (!names) return undefined;
  try {
    const evidence = await evidenceOf(storage, place, names);
    return { folder: place, code: (await reasonOf(storage, place)) ?? 'journal/quarantined', evidence };
  } catch (cause) {
    throw toJournalError(cause);
  }
}

/** What was written down when `folder` was set aside: nothing of one that was not, or on a disk that took nothing. Errors: the system's. */
export async function reasonOf(storage: Storage, folder: string): Promise<JournalErrorCode | undefined> {
  const names = await storage.list(folder);
  return names?.includes(reasonName) ? codeIn(await readBytes(storage, join(folder, reasonName))) : undefined;
}

/** Moves the folder aside for `why`. Nothing has it open. Errors: journal/io, and the folder is where it was. */
export async function setAside(storage: Storage, folder: string, why: JournalError): Promise<void> {
  try {
    // a disk that takes nothing any more does not keep the folder in its place
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
    return code in journalCodes ? code : 'journal/quarantined';
  } catch {
    return 'journal/quarantined'; // not whole: that it lies there says enough
  }
}

async function evidenceOf(storage: Storage, folder: string, names: readonly string[]): Promise<Buffer> {
  const sum = createHash('sha256');
  for (const name of names.filter(name => segmentNumber(name) !== undefined).sort()) {
    const content = createHash('sha256').update(await readBytes(storage, join(folder, name)));
    sum.update(`${name} ${content.digest('hex')}\n`);
  }
  return sum.digest();
}
