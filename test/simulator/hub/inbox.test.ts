// The keys that verify a batch: for its signature the agent's present key, for evidence the gate's key of the batch's epoch.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { newKeyPair } from '../../../agent/protocol/cose-key.ts';
import { signBatch } from '../../../agent/protocol/ledger.ts';
import { topicsOf } from '../../../agent/protocol/topics.ts';
import { Inbox } from '../../../simulator/hub/ledger/inbox.ts';
import type { Delivery } from '../../../simulator/hub/ledger/ledger.ts';
import { openDatabase } from '../../../simulator/hub/store/database.ts';
import { Terminals, terminalsSchema } from '../../../simulator/hub/store/terminals.ts';

const terminal = 'mitaka-1';
const topic = topicsOf(terminal).ledger;
const [before, now, firstGate, secondGate, hubKey] = Array.from({ length: 5 }, newKeyPair);

test('evidence of an earlier enrolment is verified with the key of that enrolment’s gate', async () => {
  const terminals = new Terminals(openDatabase(':memory:', terminalsSchema));
  terminals.add(terminal, before!.coseKey, firstGate!.coseKey);
  terminals.add(terminal, now!.coseKey, secondGate!.coseKey);
  const taken: Delivery[] = [];
  const inbox = new Inbox({
    ledger: {
      take(deliveries) {
        taken.push(...deliveries);
        return [];
      },
    },
    terminals,
    hubKey: hubKey!,
    say: () => undefined,
    publish: async () => undefined,
    behaviours: { acknowledgement: [] },
  });
  for (const epoch of [1, 2]) {
    const batch = { terminal, epoch, session: Buffer.alloc(16), from: 1, records: [] };
    await inbox.take(terminals.find(terminal)!, topic, signBatch(batch, topic, now!));
  }
  assert.equal(
    taken.map(({ gate }) => gate),
    [firstGate!.coseKey, secondGate!.coseKey],
  );
});

test.run();
