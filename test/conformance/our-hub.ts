// The virtual hub as the kit meets any hub: its address, three codes, its root thumbprint, and a card that it knows.
import { X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { hubChecks, notVisible } from '../../conformance/hub/checks.ts';
import { HubRig } from '../../conformance/hub/rig.ts';
import { judge } from '../../conformance/judge.ts';
import { requirementsOf } from '../../conformance/requirements.ts';
import type { Scorecard } from '../../conformance/scorecard.ts';
import { makeCardsFolder } from '../../simulator/card/cards-folder.ts';
import type { startHub } from '../../simulator/hub/process/hub.ts';

export interface Cards {
  folder: string;
  authority: Buffer;
  card: Buffer;
  expired: Buffer;
  revoked: Buffer;
}

export async function makeCards(folder: string): Promise<Cards> {
  const files = await makeCardsFolder(folder);
  const der = async (file: string) => new X509Certificate(await readFile(file)).raw;
  return {
    folder,
    authority: await der(files.authority),
    card: await der(files.card),
    expired: await der(files.expired),
    revoked: await der(files.revoked),
  };
}

export interface Play {
  /** Of the virtual hub, or of a mutant. */
  startHub: typeof startHub;
  dir: string;
  cards: Cards;
  /** Numbers of requirements. Default: all. */
  only?: readonly string[];
  say?(line: string): void;
}

/** Starts a hub, plays the kit at it, and ends it. Returns the kit's exit code and scorecard. */
export async function playAt({ startHub, dir, cards, only, say = () => undefined }: Play) {
  const hub = await startHub({ dir, say, cardAuthority: [{ certificateDer: cards.authority }] });
  for (const certificate of [cards.card, cards.expired, cards.revoked]) hub.bindCard('m101', certificate);
  hub.revokeCard(cards.revoked);
  const backupFile = join(dir, 'backup.db');
  const rig = new HubRig({
    url: new URL(hub.enrolmentUrl),
    codes: ['mitaka-1', 'mitaka-2', 'mitaka-1'].map(terminal => hub.createEnrolmentCode({ terminal })),
    root: Buffer.from(hub.rootThumbprint, 'hex'),
    cards: cards.folder,
    restart: async () => {
      await hub.crash();
      await hub.recover();
    },
    backup: async () => hub.ledger.backup(backupFile),
    restore: () => hub.restore(backupFile),
  });
  const requirements = requirementsOf('H').filter(({ number }) => only?.includes(number) ?? true);
  const lines: string[] = [];
  try {
    const judged = { form: 'hub', target: 'the virtual hub', requirements, checks: hubChecks, notVisible };
    const code = await judge({ ...judged, json: true, print: line => lines.push(line) }, rig);
    const { checks, ...card } = JSON.parse(lines.join('')) as Scorecard & {
      checks: { name: string; tookMs: number }[];
    };
    return { code, card, checks };
  } finally {
    await rig.close();
    await hub.close();
  }
}
