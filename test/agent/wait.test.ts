// An agent that cannot begin: what screen and status say, and whose panel socket it leaves alone.
import { existsSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { Panel } from '../../agent/panel/panel.ts';
import { journalCondition } from '../../agent/readiness/journal-conditions.ts';
import { waitUntil } from '../../agent/wait.ts';
import { silentLog } from '../../drivers/base/log.ts';
import { askStatus } from '../../provisioning/status/ask-status.ts';
import { temporaryFolder } from '../../simulator/temporary-folder.ts';
import { ManualClock } from '../manual-clock.ts';

const dir = temporaryFolder('wait');
test.after(() => rmSync(dir, { recursive: true }));
const taken = journalCondition({ code: 'journal/inUse' });

function waiting(path: string) {
  const clock = new ManualClock();
  const panel = new Panel(clock);
  const stop = new AbortController();
  const panelSocket = { path, panel, clock, terminal: 'shop-1', software: 'madoguchi 0.0.0' };
  const state = { isOver: false, looks: 0 };
  const over = waitUntil(
    { panelSocket, clock, log: silentLog, droppedLogLines: () => 0, stop: stop.signal },
    taken,
    async () => {
      state.looks++;
      return state.isOver;
    },
  );
  const until = async (isSo: () => boolean) => {
    while (!isSo()) await new Promise(setImmediate);
  };
  return { clock, stop, state, over, until };
}

test('it says out of service with the code where nobody else serves the screen, and goes on once it can', async () => {
  const path = join(dir, 'free.sock');
  const { clock, state, over, until } = waiting(path);
  clock.advance(3_000);
  await until(() => existsSync(path) && clock.waiting > 0);
  const { report } = await askStatus(path, 5_000);
  assert.equal([report.state, report.conditions], ['outOfService', [taken]]);
  assert.match(taken.hint, /journal\/inUse/);
  state.isOver = true;
  clock.advance(15_000);
  await over;
  assert.equal([state.looks, existsSync(path)], [2, false]);
});

test('the screen of an agent that serves is left alone; it ends when it shall', async () => {
  const path = join(dir, 'other.sock');
  let probes = 0;
  const other = createServer(() => probes++);
  await new Promise<void>(resolve => other.listen(path, resolve));
  const { clock, stop, over, until } = waiting(path);
  for (const ms of [3_000, 15_000]) {
    clock.advance(ms);
    await until(() => clock.waiting > 0);
  }
  assert.is(probes, 2);
  stop.abort();
  await over;
  assert.ok(existsSync(path), 'it was not removed');
  other.close();
});

test.run();
