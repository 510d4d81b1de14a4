// Answers of a hub that is the right one and answers strangely: each is refused in clear words, and nothing is written.
import { once } from 'node:events';
import { existsSync, rmSync } from 'node:fs';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { encodeGrant, encodeRefusal, type Grant, readGrant } from '../../../agent/protocol/enrolment.ts';
import { enrol } from '../../../provisioning/enrolment/enrol.ts';
import { decide } from '../../../simulator/hub/enrolment/decide-claim.ts';
import { signedRootOf } from '../../../simulator/hub/keys/hub-keys.ts';
import { shut } from '../../../simulator/shut.ts';
import { refuses } from '../../refusal.ts';
import { madoguchi } from '../madoguchi.ts';
import { clear, keys, place, refusedWith, root, sheet, start, terminal } from './enrolment-rig.ts';

const world = await start();
const identity = await root.server('Test enrolment');
/** What is answered to the next claim. */
let answer: (grant: Grant) => { status?: number; headers?: Record<string, string>; body: Buffer | string };
const asked: string[] = [];
const server = createServer(
  { key: identity.key, cert: identity.certificate + root.certificate, minVersion: 'TLSv1.3' },
  async (request, response) => {
    if (request.url === '/root') return void response.end(signedRootOf(keys));
    asked.push(`${request.method} ${request.url}`);
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const grant = await decide(Buffer.concat(chunks), world.desk);
    const { status = 200, headers = {}, body } = answer(grant);
    response.writeHead(status, { ...headers, connection: 'close' }).end(body);
  },
);
server.listen(0, '127.0.0.1');
await once(server, 'listening');
const address = `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
test.after(async () => {
  await shut(server);
  await clear();
});

const run = (home = place(), code = world.codes.create(terminal, 1000)) =>
  enrol({ hub: new URL(address), code, root: sheet, home }).then(() => home);

test('an address of a broker has a host and a port, and nothing else', async () => {
  let right: Grant | undefined;
  answer = grant => {
    right = grant;
    return { body: encodeGrant({ ...grant, broker: `${grant.broker}\n` }) };
  };
  await refusedWith('provisioning/answer', run, 'broker');
  const read = (broker: string) => readGrant(encodeGrant({ ...right!, broker }));
  for (const broker of ['mqtts://127.0.0.1', 'mqtts://[::1]:8883', 'mqtts://hub.example:8884/']) read(broker);
  for (const broker of [
    'mqtts://127.0.0.1\n:8883',
    'mqtts://127.0.0.1:8883 ',
    '\tmqtts://127.0.0.1',
    'mqtts://127.0.0.1:8883\r\nx: y',
    'mqtts://user:word@127.0.0.1',
    'mqtts://127.0.0.1/mqtt',
    'mqtts://127.0.0.1:99999',
    'mqtts://[::1',
    'mqtts://',
    'mqtt://127.0.0.1',
    'https://127.0.0.1',
  ])
    assert.throws(() => read(broker), refuses('protocol/schema'));
});

test('a right body with a wrong status is refused, and the same code enrols once the hub answers rightly', async () => {
  for (const status of [500, 404, 302]) {
    const [home, code] = [place(), world.codes.create(terminal, 1000)];
    answer = grant => ({ status, body: encodeGrant(grant) });
    await refusedWith('provisioning/answer', () => run(home, code), `HTTP status ${status}`);
    answer = grant => ({ body: encodeGrant(grant) });
    assert.ok(existsSync(await run(home, code)));
  }
});

test('a refusal with an error of the server leaves the keys for another try; with any other status it is definite', async () => {
  answer = () => ({ status: 503, body: encodeRefusal('enrolment/usedCode') });
  const home = place();
  await refusedWith('provisioning/answer', () => run(home), 'HTTP status 503');
  assert.ok(existsSync(`${home}.enrolling`));
  rmSync(`${home}.enrolling`, { recursive: true });
  for (const status of [200, 403]) {
    answer = () => ({ status, body: encodeRefusal('enrolment/badClaim', 'byAgent') });
    await refusedWith('provisioning/refused', run, 'enrolment/badClaim (the field byAgent)');
  }
});

test('an answer that is no CBOR is refused in words', async () => {
  for (const body of ['', '<html>Please log in</html>', Buffer.alloc(2 << 20)]) {
    answer = () => ({ body });
    await refusedWith('provisioning/answer', run);
  }
});

test('--hub is a host and a port; the path of the enrolment itself may stand there', async () => {
  const before = asked.length;
  const enrolAt = (hub: string) =>
    madoguchi(
      ...['enrol', '--hub', hub, '--code', world.codes.create(terminal, 1000)],
      ...['--root', sheet.toString('hex'), '--home', place()],
    );
  for (const wrong of ['/city/', '/enrol/x', '/enrol?x=1', '/#x', '/en\nrol']) {
    const { code, error } = await enrolAt(address + wrong);
    assert.is(code, 2, wrong);
    assert.match(error, '--hub');
  }
  const { code, error } = await enrolAt(address.replace('//', '//user:word@'));
  assert.is(code, 2);
  assert.match(error, '--hub');
  assert.is(asked.length, before, 'nothing was sent');
  answer = grant => ({ body: encodeGrant(grant) });
  for (const right of ['/', '/enrol/']) assert.is((await enrolAt(address + right)).code, 0, right);
  assert.equal([...new Set(asked)], ['POST /enrol']);
});

test('a server that does not send its root certificate has another code than an impostor; no code is used', async () => {
  const bare = await start({ chain: '' });
  const code = bare.codes.create(terminal, 1000);
  await refusedWith('provisioning/chain', () => bare.run(code), 'did not send its root certificate');
  assert.is(bare.claims(), 0);
});

test.run();
