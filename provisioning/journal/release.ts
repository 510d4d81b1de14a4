// Leaves a journal in quarantine behind, by the hub's consent to exactly this journal, and lets a new one begin.
import { readFile, rename } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { readHome } from '../../agent/config/home.ts';
import { lockFolder } from '../../agent/journal/folder-lock.ts';
import { evidenceIn, quarantined } from '../../agent/journal/quarantine.ts';
import { nodeStorage } from '../../agent/journal/storage.ts';
import { isProtocolError } from '../../agent/protocol/error.ts';
import { type Release, readRelease } from '../../agent/protocol/release.ts';
import { replaceFile } from '../home/write-tree.ts';
import { ProvisioningError } from '../provisioning-error.ts';

export interface Released {
  /** Where the old journal is kept. */
  kept: string;
  epoch: number;
}

/**
 * `home` is the agent's folder, `consent` what the hub signed. Interrupted at any point it can be run again.
 * Errors: provisioning/consent, provisioning/quarantine (nothing lies there), provisioning/disk, journal/inUse, agent/home.
 */
export async function release(home: string, consent: Buffer): Promise<Released> {
  const { terminal, epoch, keySet } = await readHome(home);
  const journal = join(home, 'journal');
  const lock = lockFolder(journal);
  try {
    const aside = await quarantined(nodeStorage, journal);
    const found = aside ?? (await unreadable(journal));
    if (!found)
      throw new ProvisioningError('provisioning/quarantine', `No journal of ${home} lies in quarantine.`);
    const given = readConsent(consent, () => readRelease(consent, terminal, keySet.keys.hub));
    if (!given.evidence.equals(found.evidence))
      throw new ProvisioningError(
        aside ? 'provisioning/consent' : 'provisioning/quarantine',
        'The consent is to another journal than the one that lies there.',
      );
    if (epoch !== given.epoch && epoch !== given.newEpoch)
      throw new ProvisioningError(
        'provisioning/consent',
        `The consent is for epoch ${given.epoch}, the terminal is in ${epoch}.`,
      );
    const kept = `${journal}.released-${given.epoch}`;
    await setEpoch(join(home, 'agent.json'), given.newEpoch); // first, so that no new journal begins in the old epoch
    for (const name of ['telemetry', 'telemetry.quarantine'])
      await moveAway(join(home, name), join(home, `${name}.released-${given.epoch}`)); // it is of the old epoch too
    await rename(found.folder, kept);
    await nodeStorage.flushFolder(dirname(kept));
    return { kept, epoch: given.newEpoch };
  } finally {
    lock.release();
  }
}

/** One that no version of the agent reads lies in its place, and nothing is written to it; a consent to it says so. */
async function unreadable(journal: string): Promise<{ folder: string; evidence: Buffer } | undefined> {
  const evidence = await evidenceIn(nodeStorage, journal);
  return evidence && { folder: journal, evidence };
}

function readConsent(consent: Buffer, read: () => Release): Release {
  try {
    return read();
  } catch (cause) {
    if (!isProtocolError(cause)) throw cause;
    const what =
      consent.length === 0 ? 'The file is empty.' : 'It is no consent of this hub for this terminal.';
    throw new ProvisioningError('provisioning/consent', what, cause);
  }
}

/** Does nothing where there is no such folder. */
async function moveAway(from: string, to: string): Promise<void> {
  if (await nodeStorage.list(from)) await rename(from, to);
}

async function setEpoch(path: string, epoch: number): Promise<void> {
  const settings = JSON.parse(await readFile(path, 'utf8'));
  await replaceFile(path, `${JSON.stringify({ ...settings, epoch }, null, 2)}\n`);
}
