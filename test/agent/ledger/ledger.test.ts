// The ledger as one object: opened or refused, confirmed by the hub, stopped by an alarm.
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { AgentHome } from '../../../agent/config/home.ts';
import { readJournalKeys } from '../../../agent/config/journal-keys.ts';
import { isInUse } from '../../../agent/journal/folder-lock.ts';
import type { Journal } from '../../../agent/journal/journal.ts';
import { JournalError } from '../../../agent/journal/journal-error.ts';
import { Ledger } from '../../../agent/ledger/ledger.ts';
import type { LedgerParts } from '../../../agent/ledger/ledger-journal.ts';
import type { LedgerStatus } from '../../../agent/ledger/ledger-status.ts';
import { openLink } from '../../../agent/link/link.ts';
import { systemClock } from '../../../drivers/base/clock.ts';
import { silentLog } from '../../../drivers/base/log.ts';
import { temporaryFolder } from '../../../simulator/temporary-folder.ts';
import { type Broker, startBroker } from '../link/broker.ts';
import { epoch, TinyHub, terminal } from '../link/tiny-hub.ts';

let broker: Broker;
test.before(async () => {
  broker = await startBroker();
});
test.after(() => broker.close());

const patience = { answerMs: 300, backOff: { initialMs: 20, maxMs: 100 } };

/** What is made of the records: how many there are. */
const counting = {
  resume: (journal: Journal) => ({ records: journal.recovered.entries.length, journal }),
  checkpoint: () => ({ body: Buffer.alloc(1) }),
};
const failing = (error: Error) => ({
  ...counting,
  resume: () => {
    throw error;
  },
});

async function withParts(run: (parts: LedgerParts, hub: TinyHub) => Promise<void>): Promise<void> {
  const folder = temporaryFolder('ledger');
  const hub = new TinyHub();
  try {
    await mkdir(join(folder, 'keys'));
    await writeFile(join(folder, 'keys/journal-data.bin'), Buffer.alloc(32, 3));
    const home = {
      ...{ terminal, epoch, signingKey: hub.agentKey },
      journalKeys: await readJournalKeys(join(folder, 'keys')),
      keySet: { keys: { hub: hub.key.coseKey } },
    } as AgentHome;
    await run({ folder, home, clock: systemClock, log: silentLog }, hub);
  } finally {
    await hub.close();
    await rm(folder, { recursive: true });
  }
}

async function opened(parts: LedgerParts) {
  const result = await Ledger.open(parts, counting);
  assert.ok('ledger' in result, JSON.stringify(result));
  return { ledger: result.ledger, ...result.open };
}

const linkOf = ({ home }: LedgerParts) =>
  openLink({
    ...{ url: broker.url, terminal, epoch, software: 'test', agentKey: home.signingKey },
    ...{ hubKey: () => home.keySet.keys.hub, clock: systemClock, backOff: patience.backOff },
  });

/** Resolves with the first status that fits, looked at on each change. */
async function until(ledger: Ledger, fits: (status: LedgerStatus) => boolean): Promise<LedgerStatus> {
  const found = Promise.withResolvers<LedgerStatus>();
  const look = async () => {
    const status = await ledger.status();
    if (fits(status)) found.resolve(status);
  };
  const stop = ledger.onChange(() => void look().catch(found.reject));
  await look();
  return found.promise.finally(stop);
}

test('it is unconfirmed until the hub has named a cursor that is found, and reports each change', () =>
  withParts(async (parts, hub) => {
    const { ledger, journal } = await opened(parts);
    await journal.append(Buffer.from('a record'));
    const link = linkOf(parts);
    ledger.start(link, patience);
    assert.equal(await ledger.status(), {
      ...{ waiting: 1, reserveReached: false, failure: undefined },
      ...{ standing: 'unconfirmed', stopped: undefined },
    });
    await hub.connect(broker.url);
    assert.is((await until(ledger, ({ standing }) => standing === 'agreed')).stopped, undefined);
    await ledger.settled();
    assert.is((await ledger.status()).waiting, 0);
    await ledger.close();
    assert.is(await ledger.stop(), undefined);
    await link.close();
    const again = await opened(parts);
    assert.is((await again.ledger.status()).waiting, 0, 'what was acknowledged is durable');
    await again.ledger.close();
  }));

test('a hub that has more than this journal stops it: set aside once it is closed, and refused from then on', () =>
  withParts(async (parts, hub) => {
    const { ledger, journal } = await opened(parts);
    await journal.append(Buffer.from('a record'));
    hub.acknowledges = false;
    hub.onBatch = () => void hub.acknowledge({ upto: 99, tag: Buffer.alloc(16, 9) });
    await hub.connect(broker.url);
    const link = linkOf(parts);
    ledger.start(link, patience);
    await until(ledger, ({ stopped }) => stopped === 'journal/rolledBack');
    await ledger.settled(); // nothing gets through any more
    await ledger.close();
    await link.close();
    const stopped = await ledger.stop();
    assert.equal([stopped?.code, stopped?.evidence?.length], ['journal/rolledBack', 32]);
    // the reason is the journal's own now: it waits for a decision
    const next = await Ledger.open(parts, counting);
    assert.equal(next, { stopped });
  }));

/** Names and content of the journal's segments. */
async function segmentsOf({ folder }: LedgerParts): Promise<string[]> {
  const place = join(folder, 'journal');
  const names = (await readdir(place)).filter(name => name.endsWith('.segment')).sort();
  return Promise.all(
    names.map(async name => `${name} ${(await readFile(join(place, name))).toString('base64')}`),
  );
}

test('a journal whose records cannot be read is refused with its digest, again and again, and not touched; another version opens it', () =>
  withParts(async parts => {
    const { ledger, journal } = await opened(parts);
    await journal.append(Buffer.from('a record'));
    await ledger.close();
    const before = await segmentsOf(parts);
    const tries = [];
    for (let start = 0; start < 2; start++) {
      tries.push(await Ledger.open(parts, failing(new JournalError('journal/unreadable', { entry: 1 }))));
      assert.equal(await segmentsOf(parts), before);
      assert.not(isInUse(join(parts.folder, 'journal')));
    }
    const [first, second] = tries;
    assert.ok(first && 'stopped' in first && first.stopped.evidence?.length === 32);
    assert.is(first.stopped.code, 'journal/unreadable');
    assert.equal(second, first);
    const again = await opened(parts);
    assert.is(again.records, 1);
    await again.ledger.close();
  }));

test('any other failure of the fold is thrown, and the journal is closed', () =>
  withParts(async parts => {
    const error = await Ledger.open(parts, failing(new TypeError('a mistake'))).catch(thrown => thrown);
    assert.instance(error, TypeError);
    assert.not(isInUse(join(parts.folder, 'journal')));
  }));

test.run();
