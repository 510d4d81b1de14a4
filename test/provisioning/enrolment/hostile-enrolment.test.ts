// Enrolment over real TLS: impostors of the hub, grants that do not verify, and claims that prove nothing.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { encode } from '../../../agent/protocol/cbor.ts';
import { signConfiguration } from '../../../agent/protocol/configuration.ts';
import { type KeyPair, newKeyPair } from '../../../agent/protocol/cose-key.ts';
import { encodeClaim, type Grant } from '../../../agent/protocol/enrolment.ts';
import { wrongField } from '../../../agent/protocol/error.ts';
import { signRoot } from '../../../agent/protocol/root.ts';
import { makeTerminalKeys } from '../../../provisioning/enrolment/terminal-keys.ts';
import { defaultConfiguration } from '../../../simulator/hub/catalogue/configuration.ts';
import { Attempts } from '../../../simulator/hub/enrolment/attempts.ts';
import { decide, EnrolmentRefusal } from '../../../simulator/hub/enrolment/decide-claim.ts';
import { makeAuthority } from '../../../simulator/hub/keys/authority.ts';
import { keySetOf, rootOf } from '../../../simulator/hub/keys/hub-keys.ts';
import { refusalOf } from '../../refusal.ts';
import { clear, keys, link, place, refusedWith, root, start, terminal } from './enrolment-rig.ts';

test.after(clear);

test('a hub that is not the one on the sheet gets no claim, and the code stays good', async () => {
  const world = await start();
  const code = world.codes.create(terminal, 10_000);
  await refusedWith('provisioning/root', () => world.run(code, place(), newKeyPair().thumbprint));
  const strange = await start({ document: signRoot(rootOf(keys), [keys['root-1']]) });
  await refusedWith('provisioning/root', () => strange.run(code));
  assert.is(strange.claims(), 0);
  const other = await makeAuthority('Test root', newKeyPair(), Date.now);
  const impostor = async (code: string, chain: string, expected: string) => {
    const world = await start({ identity: await other.server('Test enrolment'), chain });
    await refusedWith(expected, () => world.run(code));
    assert.is(world.claims(), 0);
  };
  await impostor(code, other.certificate, 'provisioning/root');
  // the real root did not sign its own, so it is no part of its chain
  await impostor(code, root.certificate, 'provisioning/chain');
  // with the real root's certificate shown behind its own the pin alone is fooled; the second handshake is not
  await impostor(code, other.certificate + root.certificate, 'provisioning/certificate');
  assert.is(world.claims(), 0);
  await world.run(code);
});

test('a certificate of the root that is for a client, or out of date, is not taken for the hub', async () => {
  const past = await makeAuthority('Test root', keys['root-1'], () => Date.now() - 800 * 86_400_000);
  for (const identity of [await root.client('Test enrolment'), await past.server('Test enrolment')]) {
    const world = await start({ identity });
    await refusedWith('provisioning/certificate', () => world.run(world.codes.create(terminal, 1000)));
    assert.is(world.claims(), 0);
  }
});

const broken: Record<string, (grant: Grant) => Grant | Promise<Grant>> = {
  'a key set of another root': grant => ({
    ...grant,
    keySet: keySetOf({ ...keys, 'root-2': newKeyPair() }, 1),
  }),
  'a configuration of another key': grant => ({
    ...grant,
    configuration: configured(terminal, newKeyPair()),
  }),
  'a configuration for another': grant => ({
    ...grant,
    configuration: configured('another', keys.configuration),
  }),
  'a certificate for another key': async grant => ({
    ...grant,
    certificate: (await link.client(terminal)).certificate,
  }),
  'a name that is not the certificate’s': grant => ({
    ...grant,
    terminal: 'another',
    configuration: configured('another', keys.configuration),
  }),
  'another authority': grant => ({ ...grant, authority: root.certificate }),
  'no certificate': grant => ({ ...grant, certificate: 'none' }),
};
const configured = (name: string, key: KeyPair) =>
  signConfiguration(defaultConfiguration(name, 1, Date.now()), key);

for (const [name, change] of Object.entries(broken))
  test(`a grant with ${name} is refused, and nothing is written`, async () => {
    const world = await start({ change });
    await refusedWith('provisioning/grant', () => world.run(world.codes.create(terminal, 1000)));
  });

test('an answer that is no grant is refused', async () => {
  const world = await start({ change: () => ({ more: 1 }) as unknown as Grant });
  await refusedWith('provisioning/answer', () => world.run(world.codes.create(terminal, 1000)));
});

test('an address that is wrong too often must wait', async () => {
  let now = 0;
  const world = await start({ attempts: new Attempts(2, 1000, () => now) });
  const wrong = '00000-00000-00000-00000-00000';
  for (const says of ['unknownCode', 'unknownCode', 'tooManyAttempts'])
    await refusedWith('provisioning/refused', () => world.run(wrong), says);
  now = 1000;
  assert.is((await world.run(world.codes.create(terminal, 1000))).epoch, 1);
});

test('a claim whose keys are not proven, or whose request is not sound, is refused and spends nothing', async () => {
  const { desk, codes } = await start();
  const code = codes.create(terminal, 1000);
  const { agent, gate, link: tls, certificateRequest } = await makeTerminalKeys();
  const claim = { code, certificateRequest, agentKey: agent.coseKey, gateKey: gate.coseKey };
  const bent = Buffer.from(certificateRequest);
  bent[bent.length - 1]! ^= 1;
  const bad: [string, Buffer][] = [
    ['enrolment/badClaim', encodeClaim(claim, agent, agent)],
    ['enrolment/badClaim', encodeClaim(claim, tls, gate)],
    ['enrolment/badClaim', encode({ byAgent: 1 })],
    ['enrolment/badRequest', encodeClaim({ ...claim, certificateRequest: bent }, agent, gate)],
    ['enrolment/badRequest', encodeClaim({ ...claim, certificateRequest: Buffer.from('none') }, agent, gate)],
  ];
  for (const [expected, message] of bad) {
    assert.is((await refusalOf(decide(message, desk), EnrolmentRefusal)).code, expected);
  }
  const { cause } = await refusalOf(decide(encode({ byAgent: 1 }), desk), EnrolmentRefusal);
  assert.equal(wrongField(cause), { path: 'byAgent' });
  assert.is(codes.look(code, Buffer.alloc(32)).state, 'good');
});

test.run();
