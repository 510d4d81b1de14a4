// Enrolment over real TLS: the hub's own enrolment server, and impostors of it.
import { execFileSync } from 'node:child_process';
import { createPrivateKey, X509Certificate } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { decode, encode } from '../../agent/protocol/cbor.ts';
import { readConfiguration, signConfiguration } from '../../agent/protocol/configuration.ts';
import {
  type CoseKey,
  type KeyPair,
  newKeyPair,
  thumbprint,
  toKeyPair,
} from '../../agent/protocol/cose-key.ts';
import { encodeClaim, type Grant } from '../../agent/protocol/enrolment.ts';
import { readKeySet } from '../../agent/protocol/key-set.ts';
import { isMadoguchiError } from '../../drivers/contract/error.ts';
import { enrol } from '../../provisioning/enrol.ts';
import { makeTerminalKeys } from '../../provisioning/terminal-keys.ts';
import { makeAuthority } from '../../simulator/hub/authority.ts';
import { defaultConfiguration } from '../../simulator/hub/configuration.ts';
import { openDatabase } from '../../simulator/hub/database.ts';
import { Attempts } from '../../simulator/hub/enrolment/attempts.ts';
import { codesSchema, EnrolmentCodes } from '../../simulator/hub/enrolment/codes.ts';
import { decide, EnrolmentRefusal } from '../../simulator/hub/enrolment/desk.ts';
import { startEnrolmentServer } from '../../simulator/hub/enrolment/server.ts';
import { keySetOf, openHubKeys } from '../../simulator/hub/hub-keys.ts';
import { Terminals, terminalsSchema } from '../../simulator/hub/terminals.ts';

const dir = mkdtempSync(join(tmpdir(), 'enrol-'));
const closing: (() => unknown)[] = [];
test.after(async () => {
  for (const close of closing) await close();
  rmSync(dir, { recursive: true });
});

const keys = openHubKeys(join(dir, 'keys'));
const root = await makeAuthority('Test root', keys.root, Date.now);
const link = await makeAuthority('Test link', keys.link, Date.now);
const terminal = 'mitaka-1';
let places = 0;
const place = () => join(dir, `home-${places++}`);

interface World {
  identity?: { key: string; certificate: string };
  /** What stands behind the server's own certificate in the chain it sends. */
  chain?: string;
  /** Changes a grant on its way out. */
  change?(grant: Grant): Grant | Promise<Grant>;
  attempts?: Attempts;
}

async function start({ identity, chain = root.certificate, change = grant => grant, attempts }: World = {}) {
  let wall = Date.now();
  const path = `${place()}.db`;
  const database = openDatabase(path, `${terminalsSchema};${codesSchema}`);
  const codes = new EnrolmentCodes(database, () => wall);
  const terminals = new Terminals(database);
  const grantFor = (name: string, epoch: number) => ({
    broker: 'mqtts://127.0.0.1:8883',
    rootKey: keys.root.coseKey,
    keySet: keySetOf(keys, 1),
    configuration: signConfiguration(defaultConfiguration(name, epoch, wall), keys.configuration),
  });
  const desk = { database, codes, terminals, link, grantFor };
  let claims = 0;
  const server = await startEnrolmentServer({
    identity: identity ?? (await root.server('Test enrolment')),
    root: chain,
    attempts: attempts ?? new Attempts(100, 60_000, () => 0),
    say: () => undefined,
    decide: async message => {
      claims++;
      return change(await decide(message, desk));
    },
  });
  closing.push(() => server.close());
  closing.push(() => database.close());
  return {
    desk,
    terminals,
    codes,
    path,
    claims: () => claims,
    pass: (ms: number) => (wall += ms),
    run: (code: string, home = place(), rootKey = keys.root.thumbprint) =>
      enrol({ hub: new URL(server.url), code, rootKey, home }).then(granted => ({ home, ...granted })),
  };
}

/** The attempt fails with `code`, and leaves nothing behind, not even a draft. */
async function refusedWith(code: string, work: () => Promise<unknown>, says = ''): Promise<void> {
  const before = readdirSync(dir).filter(name => !name.includes('.db'));
  try {
    await work();
  } catch (error) {
    assert.ok(isMadoguchiError(error), String(error));
    assert.is(error.code, code, error.message);
    assert.match(error.message, says);
    assert.ok(error.hint.length > 20);
    return assert.equal(
      readdirSync(dir).filter(name => !name.includes('.db')),
      before,
    );
  }
  assert.unreachable(`expected ${code}`);
}

test('a terminal with its code gets two homes that verify under the root key on the sheet', async () => {
  const world = await start();
  const { home, epoch } = await world.run(world.codes.create(terminal, 1000));
  assert.is(epoch, 1);
  for (const half of ['agent', 'gate']) {
    const rootKey = decode(readFileSync(join(home, half, 'root-key.cbor'))) as CoseKey;
    assert.equal(thumbprint(rootKey), keys.root.thumbprint);
    readKeySet(readFileSync(join(home, half, 'key-set.cbor')), rootKey);
  }
  const configuration = readFileSync(join(home, 'agent/configuration.cbor'));
  assert.is(
    readConfiguration(configuration, terminal, keys.configuration.coseKey).municipalities['132047']?.name,
    '三鷹市',
  );
  assert.is(readFileSync(join(home, 'agent/keys/journal-data.bin')).length, 32);
  assert.equal(JSON.parse(readFileSync(join(home, 'agent/agent.json'), 'utf8')), {
    terminal,
    epoch: 1,
    broker: 'mqtts://127.0.0.1:8883',
  });
  const known = world.terminals.find(terminal)!;
  const stored = (name: string) => toKeyPair(createPrivateKey(readFileSync(join(home, name)))).thumbprint;
  assert.equal(stored('agent/keys/agent-signing.pem'), thumbprint(known.agentKey));
  assert.equal(stored('gate/keys/gate-signing.pem'), thumbprint(known.gateKey));
});

test('keys can be read by their owner only', async () => {
  const world = await start();
  const { home } = await world.run(world.codes.create(terminal, 1000));
  const names = readdirSync(home, { recursive: true, encoding: 'utf8' });
  assert.is(names.filter(name => /keys\//.test(name)).length, 4);
  for (const name of names) {
    const { mode } = statSync(join(home, name));
    assert.is(mode & 0o077, 0, name);
  }
});

test('openssl verifies the certificate that was issued, for a client, with the name that the code was for', async () => {
  const world = await start();
  const { home } = await world.run(world.codes.create(terminal, 1000));
  const agent = (name: string) => join(home, 'agent', name);
  const said = execFileSync('openssl', [
    ...['verify', '-x509_strict', '-purpose', 'sslclient'],
    ...['-CAfile', agent('authority.pem'), agent('certificate.pem')],
  ]);
  assert.match(said.toString(), 'OK');
  const certificate = new X509Certificate(readFileSync(agent('certificate.pem')));
  assert.is(certificate.subject, `CN=${terminal}`);
  assert.ok(certificate.checkPrivateKey(createPrivateKey(readFileSync(agent('keys/link-tls.pem')))));
});

test('a code is refused when it is wrong, used or expired', async () => {
  const world = await start();
  const code = world.codes.create(terminal, 1000);
  await refusedWith('provisioning/refused', () => world.run('00000-00000-00000-00000-00000'), 'unknownCode');
  await world.run(code);
  await refusedWith('provisioning/refused', () => world.run(code), 'usedCode');
  const late = world.codes.create(terminal, 1000);
  world.pass(1000);
  await refusedWith('provisioning/refused', () => world.run(late), 'expiredCode');
});

test('of two that come with one code at once, one is enrolled', async () => {
  const world = await start();
  const code = world.codes.create(terminal, 1000);
  const ends = await Promise.allSettled([world.run(code), world.run(code), world.run(code)]);
  assert.is(ends.filter(({ status }) => status === 'fulfilled').length, 1);
  assert.is(world.terminals.find(terminal)?.epoch, 1);
});

test('a second enrolment is a new epoch with new keys', async () => {
  const world = await start();
  await world.run(world.codes.create(terminal, 1000));
  const first = world.terminals.find(terminal)!;
  assert.is((await world.run(world.codes.create(terminal, 1000))).epoch, 2);
  assert.not.equal(thumbprint(world.terminals.find(terminal)!.agentKey), thumbprint(first.agentKey));
});

test('a code survives a restart of the hub, unspent or spent; the code itself is not in the file', async () => {
  const world = await start();
  const [spent, fresh] = [world.codes.create(terminal, 1000), world.codes.create(terminal, 1000)];
  await world.run(spent);
  const again = openDatabase(world.path, codesSchema);
  const codes = new EnrolmentCodes(again, Date.now);
  assert.is(codes.look(spent).state, 'used');
  assert.is(codes.look(fresh).state, 'good');
  again.close();
  for (const name of [world.path, `${world.path}-wal`])
    assert.not.ok(existsSync(name) && readFileSync(name).includes(fresh));
});

test('a hub that is not the one on the sheet gets no byte, and the code stays good', async () => {
  const world = await start();
  const code = world.codes.create(terminal, 10_000);
  await refusedWith('provisioning/rootKey', () => world.run(code, place(), newKeyPair().thumbprint));
  const other = await makeAuthority('Test root', newKeyPair(), Date.now);
  const impostor = async (code: string, chain: string, expected: string) => {
    const world = await start({ identity: await other.server('Test enrolment'), chain });
    await refusedWith(expected, () => world.run(code));
    assert.is(world.claims(), 0);
  };
  await impostor(code, other.certificate, 'provisioning/rootKey');
  await impostor(code, root.certificate, 'provisioning/rootKey');
  // with the real root's certificate shown behind its own the pin alone is fooled; the second handshake is not
  await impostor(code, other.certificate + root.certificate, 'provisioning/certificate');
  assert.is(world.claims(), 0);
  await world.run(code);
});

test('a certificate of the root that is for a client, or out of date, is not taken for the hub', async () => {
  const past = await makeAuthority('Test root', keys.root, () => Date.now() - 800 * 86_400_000);
  for (const identity of [await root.client('Test enrolment'), await past.server('Test enrolment')]) {
    const world = await start({ identity });
    await refusedWith('provisioning/certificate', () => world.run(world.codes.create(terminal, 1000)));
    assert.is(world.claims(), 0);
  }
});

const broken: Record<string, (grant: Grant) => Grant | Promise<Grant>> = {
  'another root key': grant => ({ ...grant, rootKey: newKeyPair().coseKey }),
  'a key set of another root': grant => ({ ...grant, keySet: keySetOf({ ...keys, root: newKeyPair() }, 1) }),
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
  'a broker without TLS': grant => ({ ...grant, broker: 'mqtt://127.0.0.1:1883' }),
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

test('a home in use, or one that can not be written, costs no code', async () => {
  const world = await start();
  const code = world.codes.create(terminal, 1000);
  const used = place();
  mkdirSync(used);
  writeFileSync(join(used, 'something'), '');
  await refusedWith('provisioning/homeInUse', () => world.run(code, used));
  await refusedWith('provisioning/disk', () => world.run(code, join(used, 'something', 'below')));
  assert.is(world.claims(), 0);
  const empty = place();
  mkdirSync(empty);
  assert.is((await world.run(code, empty)).epoch, 1);
});

test('a hub that is not there is unreachable', async () => {
  const hub = new URL('https://127.0.0.1:1');
  const code = '00000-00000-00000-00000-00000';
  await refusedWith('provisioning/unreachable', () =>
    enrol({ hub, code, rootKey: Buffer.alloc(32), home: place() }),
  );
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
    const error = await decide(message, desk).then(
      () => undefined,
      (caught: unknown) => caught,
    );
    assert.instance(error, EnrolmentRefusal);
    assert.is((error as EnrolmentRefusal).code, expected);
  }
  assert.is(codes.look(code).state, 'good');
});

test.run();
