// Batches where the hub does not speak their version: it drops them, and says nothing. They are sent anew as soon as a question was refused.
import { createSecretKey } from 'node:crypto';
import { rmSync } from 'node:fs';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { openJournal } from '../../agent/journal/open-journal.ts';
import { startDrain } from '../../agent/ledger/drain.ts';
import { ledgerLog, telemetryLog } from '../../agent/ledger/drained-log.ts';
import type { Link } from '../../agent/link/link-options.ts';
import { newKeyPair } from '../../agent/protocol/cose-key.ts';
import { type Batch, readBatch, signAcknowledgement } from '../../agent/protocol/ledger.ts';
import { readTelemetryBatch } from '../../agent/protocol/telemetry.ts';
import { topicsOf } from '../../agent/protocol/topics.ts';
import { temporaryFolder } from '../../simulator/temporary-folder.ts';
import { ManualClock, settle } from '../manual-clock.ts';
import { speaking } from './later-contract.ts';

const terminal = 'shop-1';
const [agentKey, hubKey] = [newKeyPair(), newKeyPair()];
const contract = speaking(1, 2);

for (const log of [ledgerLog, telemetryLog])
  test(`batches of the ${log.batches} log go out in the version that was found, from the hub's cursor, each record once`, async () => {
    const folder = temporaryFolder('versions');
    const journal = await openJournal({
      ...{ log: 'ledger', folder, terminal, epoch: 1, dataKeys: [createSecretKey(Buffer.alloc(32, 3))] },
      ...{ checkpoint: () => ({ body: Buffer.alloc(1) }), reserveSegments: 1 },
    });
    for (let n = 1; n <= 3; n++) await journal.append(Buffer.from(`record ${n}`));
    let version = 2;
    let changed: (version: number) => void = () => undefined;
    let take: (payload: Buffer, topic: string) => void = () => undefined;
    const sent: string[] = [];
    const link: Partial<Link> = {
      online: true,
      async carry(leaf, make) {
        const topic = topicsOf(terminal, version)[leaf];
        const payload = await make(1 << 20, topic);
        if (!payload) return undefined;
        const read = log === ledgerLog ? readBatch : readTelemetryBatch;
        const batch: Batch = read(payload, topic, agentKey.coseKey, contract);
        sent.push(`${topic} from ${batch.from}: ${batch.records.length}`);
        if (version === 1) acknowledge(batch);
        return { published: Promise.resolve() };
      },
      listen: (leaf, listener) => {
        assert.is(leaf, log.acknowledgements);
        take = listener;
        return () => undefined;
      },
      onOnline: () => () => undefined,
      onVersion: listener => {
        changed = listener;
        return () => undefined;
      },
    };
    const acknowledge = ({ session, from, records }: Batch) => {
      const topic = topicsOf(terminal, 1)[log.acknowledgements];
      const word = { terminal, epoch: 1, session, upto: from + records.length - 1, tag: records.at(-1)!.tag };
      setImmediate(() =>
        take(signAcknowledgement({ ...word, generation: 1, refused: [] }, topic, hubKey), topic),
      );
    };
    const clock = new ManualClock();
    const drain = startDrain({
      ...{ log, journal, terminal, epoch: 1, contract, agentKey, hubKey: () => hubKey.coseKey, clock },
      link: link as Link,
      onAlarm: error => assert.unreachable(error.code),
    });
    try {
      await settle();
      version = 1;
      changed(1);
      await drain.drained();
      const [first, second] = [2, 1].map(one => topicsOf(terminal, one)[log.batches]);
      assert.equal(sent, [`${first} from 1: 3`, `${second} from 1: 3`], 'and nobody waited');
      assert.is(clock.now(), 0);
    } finally {
      await drain.close();
      await journal.close();
      rmSync(folder, { recursive: true });
    }
  });

test.run();
