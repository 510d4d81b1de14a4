// timeout: 60 s
// The hub as a process of its own: it can be killed and started again, and then it has all its durable data.
import { rmSync } from 'node:fs';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { startHubProcess } from '../../../simulator/hub/process/hub-process.ts';
import { HubError } from '../../../simulator/hub/service/hub-error.ts';
import { isListening } from '../../../simulator/is-listening.ts';
import { temporaryFolder } from '../../../simulator/temporary-folder.ts';
import { makeTestCardAuthority } from './test-card.ts';

const dir = temporaryFolder('hub-process');
const authority = await makeTestCardAuthority();
const { certificate } = await authority.issue();
let hasNoBroker = () => {};
const hub = await startHubProcess({
  dir,
  cardAuthority: [authority],
  say: line => {
    if (line.includes('ECONNREFUSED')) hasNoBroker();
  },
});
test.after(async () => {
  await hub.close();
  rmSync(dir, { recursive: true });
});

const serves = () => {
  const { hostname: host, port } = new URL(hub.enrolmentUrl);
  return isListening({ host, port: Number(port) });
};

test('a killed hub does not serve; started again it serves, and knows the holder of a card', async () => {
  hub.bindCard('m101', certificate);
  assert.ok(await serves());
  await hub.crash();
  assert.not(await serves());
  await hub.recover();
  assert.ok(await serves());
  assert.throws(
    () => hub.bindCard('m102', certificate),
    (error: unknown) => error instanceof HubError,
  );
});

test('a hub that starts without a broker waits for one', async () => {
  await hub.crash();
  await hub.broker.kill();
  const noBroker = new Promise<void>(resolve => {
    hasNoBroker = resolve;
  });
  const back = hub.recover();
  await noBroker;
  await hub.broker.start();
  await back;
  assert.ok(await serves());
});

test('a member that needs the memory of the other process throws HubError', () => {
  assert.throws(
    () => hub.behaviours,
    (error: unknown) => error instanceof HubError,
  );
});

test.run();
