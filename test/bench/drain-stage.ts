// Where the drain is measured: a broker, the hub's end in a process of its own, and terminals with a journal and a link.
import { createSecretKey, randomBytes } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Journal } from '../../agent/journal/journal.ts';
import { openJournal } from '../../agent/journal/open-journal.ts';
import type { DrainOptions } from '../../agent/ledger/drain.ts';
import { openLink } from '../../agent/link/link.ts';
import type { Link } from '../../agent/link/link-options.ts';
import { newKeyPair } from '../../agent/protocol/cose-key.ts';
import { encodeRecord } from '../../agent/protocol/ledger.ts';
import { systemClock } from '../../drivers/base/clock.ts';
import { temporaryFolder } from '../../simulator/temporary-folder.ts';
import { startBroker } from '../agent/link/broker.ts';
import { type DrainHub, startDrainHub } from './drain-hub.ts';

export const recordBytes = 300;

/** A step of a transaction that fills a record. */
export const bodyOf = (step: number): Buffer =>
  encodeRecord({
    type: 'step',
    transaction: randomBytes(16),
    step: step % 10_000,
    at: 'print',
    event: randomBytes(recordBytes - 77),
    wall: 1.7e12 + step,
  });

export interface Terminal {
  journal: Journal;
  link: Link;
  /** For the drain of this journal over this link. */
  options: DrainOptions;
}

export interface Stage {
  /** mqtt:// of the broker. */
  url: string;
  hub: DrainHub;
  /** Known to the hub, with a journal that is empty or as an earlier call left it; nothing is connected yet. */
  journalOf(terminal: string): Promise<Journal>;
  /** Resolves when it is connected. */
  connect(terminal: string, journal: Journal): Promise<Terminal>;
  close(): Promise<void>;
}

export async function startStage(): Promise<Stage> {
  const dir = temporaryFolder('drain-stage');
  const broker = await startBroker();
  const [hubKey, agentKey] = [newKeyPair(), newKeyPair()];
  const hub = await startDrainHub({
    url: broker.url,
    path: join(dir, 'ledger.db'),
    hubKey: hubKey.privateKey.export({ format: 'pem', type: 'pkcs8' }) as string,
    agentKey: agentKey.publicKey.export({ format: 'pem', type: 'spki' }) as string,
  });
  const dataKeys = [createSecretKey(randomBytes(32))];
  return {
    url: broker.url,
    hub,
    journalOf: terminal =>
      openJournal({
        ...{ folder: join(dir, terminal), log: 'ledger', terminal, epoch: 1, dataKeys },
        checkpoint: () => ({ body: Buffer.alloc(1) }),
        budgetBytes: 1 << 30,
      }),
    async connect(terminal, journal) {
      const own = { terminal, epoch: 1, agentKey, hubKey: () => hubKey.coseKey, clock: systemClock };
      const link = openLink({ ...own, url: broker.url, software: 'bench' });
      if (!link.online) await new Promise<void>(resolve => void link.onOnline(() => resolve()));
      const onAlarm: DrainOptions['onAlarm'] = alarm => {
        throw alarm;
      };
      return { journal, link, options: { ...own, journal, link, onAlarm } };
    },
    async close() {
      await hub.close();
      await broker.close();
      await rm(dir, { recursive: true });
    },
  };
}

/** Appends `count` records, `together` at a time. */
export async function fill(journal: Journal, count: number, together = 500): Promise<void> {
  for (let written = 0; written < count; written += together)
    await Promise.all(
      Array.from({ length: Math.min(together, count - written) }, (_, i) =>
        journal.append(bodyOf(written + i)),
      ),
    );
}
