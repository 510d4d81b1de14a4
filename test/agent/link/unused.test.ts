import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { UnusedMessages } from '../../../agent/link/unused.ts';
import { silentLog } from '../../../drivers/base/log.ts';
import { ManualClock } from '../../manual-clock.ts';

test('each kind of message that is not used is logged once a minute, with how many more came; all are counted', async () => {
  const clock = new ManualClock();
  const lines: unknown[] = [];
  const unused = new UnusedMessages({
    clock,
    log: { ...silentLog, warn: (event, fields) => lines.push([event, fields]) },
  });
  const wrong = { topic: 'reply', code: 'protocol/schema', path: 'answer.challenge' } as const;
  for (let times = 0; times < 100; times++) unused.add(wrong);
  unused.add({ topic: 'reply', code: 'unused/late' });
  await clock.move(60_000);
  unused.add(wrong);
  assert.equal(lines, [
    ['message not used', wrong],
    ['message not used', { topic: 'reply', code: 'unused/late' }],
    ['message not used', { ...wrong, more: 99 }],
  ]);
  assert.equal([unused.count, unused.last], [102, wrong]);
});

test('a flood of ever new kinds takes no memory, and does not fill the log', () => {
  const lines: unknown[] = [];
  const unused = new UnusedMessages({
    clock: new ManualClock(),
    log: { ...silentLog, warn: (_, fields) => lines.push(fields) },
  });
  for (let n = 0; n < 10_000; n++)
    unused.add({ topic: 'reply', code: 'protocol/schema', path: `answer.x${n}` });
  assert.is(unused.count, 10_000);
  assert.ok(lines.length <= 20, `${lines.length} lines`);
});

test.run();
