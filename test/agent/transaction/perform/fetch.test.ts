// A document of 3 MB over a real broker that is killed and started again in the middle: no piece is missing, none comes twice.
import { createHash, randomBytes } from 'node:crypto';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { openLink } from '../../../../agent/link/link.ts';
import { chunkLimit } from '../../../../agent/protocol/document.ts';
import { fetchDocument } from '../../../../agent/transaction/perform/document.ts';
import { systemClock } from '../../../../drivers/base/clock.ts';
import { startBroker } from '../../link/broker.ts';
import { epoch, TinyHub, terminal } from '../../link/tiny-hub.ts';
import { Stage } from '../stage.ts';
import { transaction, waits } from '../story.ts';

const sealed = randomBytes(3 << 20);

test('a document goes on at its offset after the broker was killed in the middle of it', async () => {
  const broker = await startBroker();
  const hub = new TinyHub();
  await hub.connect(broker.url);
  const link = openLink({
    ...{ url: broker.url, terminal, epoch, software: 'test', agentKey: hub.agentKey, clock: systemClock },
    ...{ hubKey: () => hub.key.coseKey, backOff: { initialMs: 20, maxMs: 100 } },
  });
  const offsets: number[] = [];
  let restarted: Promise<void> | undefined;
  hub.onQuestion = ({ id, question }) => {
    if (question.ask !== 'fetch') return;
    const { offset } = question;
    if (offset === 20 * chunkLimit) restarted ??= broker.kill().then(() => broker.start());
    const chunk = sealed.subarray(offset, offset + chunkLimit);
    hub.answer({ id, answer: { answer: 'fetch', offset, chunk } }).catch(() => undefined); // killed meanwhile
  };
  const stage = new Stage({
    gate: {
      putDocument: async ({ offset, chunk }) => {
        offsets.push(offset);
        assert.ok(chunk.equals(sealed.subarray(offset, offset + chunkLimit)));
        return { received: offset + chunk.length };
      },
    },
  });
  const { signal } = new AbortController();
  const context = { ports: { ...stage.ports, hub: link }, memory: {}, transaction, waits, signal };
  const digest = createHash('sha256').update(sealed).digest();
  try {
    const event = await fetchDocument(
      { do: 'fetch', size: sealed.length, digest },
      { ...context, leftMs: () => 60_000 },
    );
    assert.is(event?.is, 'fetched');
    assert.ok(restarted);
    assert.equal(
      offsets,
      offsets.map((_, nth) => nth * chunkLimit),
    );
    assert.is(offsets.length, sealed.length / chunkLimit);
  } finally {
    await restarted;
    await link.close();
    await hub.close();
    await broker.close();
  }
});

test.run();
