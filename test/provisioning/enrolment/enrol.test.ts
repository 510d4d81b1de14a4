// Enrolment over real TLS at the hub's own enrolment server.
import { execFileSync } from 'node:child_process';
import { createPrivateKey, X509Certificate } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { readHome } from '../../../agent/config/home.ts';
import { isInUse } from '../../../agent/journal/folder-lock.ts';
import { openJournal } from '../../../agent/journal/open-journal.ts';
import { readConfiguration } from '../../../agent/protocol/configuration.ts';
import { thumbprint, toKeyPair } from '../../../agent/protocol/cose-key.ts';
import { readKeySet } from '../../../agent/protocol/key-set.ts';
import { readRoot, rootThumbprint, signRoot } from '../../../agent/protocol/root.ts';
import { next } from '../../../agent/transaction/next.ts';
import { TransactionLog } from '../../../agent/transaction/transaction-log.ts';
import { enrol } from '../../../provisioning/enrolment/enrol.ts';
import { codesSchema, EnrolmentCodes } from '../../../simulator/hub/enrolment/codes.ts';
import { rootOf } from '../../../simulator/hub/keys/hub-keys.ts';
import { openDatabase } from '../../../simulator/hub/store/database.ts';
import { startProxy } from '../../agent/link/proxy.ts';
import { road, transaction } from '../../agent/transaction/story.ts';
import { ManualClock } from '../../manual-clock.ts';
import { madoguchi } from '../madoguchi.ts';
import { clear, keys, place, refusedWith, sheet, start, terminal } from './enrolment-rig.ts';

test.after(clear);

test('a terminal with its code gets two homes that verify under the root document on the sheet', async () => {
  const world = await start();
  const { home, epoch } = await world.run(world.codes.create(terminal, 1000));
  assert.is(epoch, 1);
  for (const half of ['agent', 'gate']) {
    const document = readRoot(readFileSync(join(home, half, 'root.cbor')));
    assert.equal(rootThumbprint(document), sheet);
    readKeySet(readFileSync(join(home, half, 'key-set.cbor')), document);
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

test('an answer that is lost is asked for again with the same keys: the same enrolment, once', async () => {
  let isLost = true;
  const world = await start({
    change: grant => {
      if (isLost) throw new Error('the answer is lost');
      return grant;
    },
  });
  const code = world.codes.create(terminal, 1000);
  const home = place();
  const kept = `${home}.enrolling`;
  for (let attempt = 0; attempt < 2; attempt++)
    await refusedWith('provisioning/answer', () => world.run(code, home));
  assert.ok(existsSync(kept));
  const known = world.terminals.find(terminal)!;
  assert.is(known.epoch, 1);
  isLost = false;
  await refusedWith('provisioning/refused', () => world.run(code), 'usedCode'); // other keys
  assert.is((await world.run(code, home)).epoch, 1);
  const { thumbprint: agent } = toKeyPair(
    createPrivateKey(readFileSync(join(home, 'agent/keys/agent-signing.pem'))),
  );
  assert.equal(agent, thumbprint(known.agentKey));
  assert.equal(readdirSync(home).sort(), ['agent', 'gate']);
  assert.not(existsSync(kept));
});

test('a lost answer is not given again once the code has expired, or the terminal was enrolled since', async () => {
  for (const meanwhile of ['expired', 'enrolled'] as const) {
    let isLost = true;
    const world = await start({
      change: grant => {
        if (isLost) throw new Error('the answer is lost');
        return grant;
      },
    });
    const code = world.codes.create(terminal, 1000);
    const home = place();
    await refusedWith('provisioning/answer', () => world.run(code, home));
    isLost = false;
    if (meanwhile === 'expired') world.pass(1000);
    else await world.run(world.codes.create(terminal, 1000));
    await refusedWith('provisioning/refused', () => world.run(code, home), 'usedCode');
    // a new code for the same place makes new keys
    await world.run(world.codes.create(terminal, 1000), home);
    assert.not(existsSync(`${home}.enrolling`));
  }
});

test('devices that the gate would not take are refused before anything is sent, with the field', async () => {
  const file = `${place()}.db.json`;
  for (const [devices, field] of [
    [{}, 'socket'],
    [{ socket: '/run/gate.sock', pagePrinter: { profile: 'a4' } }, 'pagePrinter.endpoint'],
    [[], "the gate's settings"],
  ] as const) {
    writeFileSync(file, JSON.stringify(devices));
    const { code, error } = await madoguchi(
      ...['enrol', '--hub', 'https://127.0.0.1:1', '--code', '00000-00000-00000-00000-00000'],
      ...['--root', '0'.repeat(64), '--home', place(), '--devices', file],
    );
    assert.is(code, 1);
    assert.match(error, field);
    assert.match(error, 'provisioning/file');
  }
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
  const day = 86_400_000; // the other connection reads the real clock
  const [spent, fresh] = [world.codes.create(terminal, day), world.codes.create(terminal, day)];
  await world.run(spent);
  const again = openDatabase(world.path, codesSchema);
  const codes = new EnrolmentCodes(again, Date.now);
  assert.is(codes.look(spent, Buffer.alloc(32)).state, 'used');
  assert.is(codes.look(fresh, Buffer.alloc(32)).state, 'good');
  again.close();
  for (const name of [world.path, `${world.path}-wal`])
    assert.not.ok(existsSync(name) && readFileSync(name).includes(fresh));
});

test('a home in use, or one that can not be written, costs no code', async () => {
  const world = await start();
  const code = world.codes.create(terminal, 1000);
  const used = place();
  mkdirSync(used);
  writeFileSync(join(used, 'something'), '');
  await refusedWith('provisioning/homeInUse', () => world.run(code, used));
  await refusedWith('provisioning/disk', () => world.run(code, join(used, 'something', 'below')));
  await refusedWith('provisioning/disk', () => world.run(code, '/proc/none/home'));
  assert.is(world.claims(), 0);
  const empty = place();
  mkdirSync(empty);
  assert.is((await world.run(code, empty)).epoch, 1);
});

test('the former home’s journal is held while the hub is asked, and is free afterwards, enrolled or refused', async () => {
  const inUse: boolean[] = [];
  let former: string | undefined;
  const world = await start({
    change: grant => {
      if (former !== undefined) inUse.push(isInUse(join(former, 'agent/journal')));
      return inUse.length === 1 ? { ...grant, epoch: 0 } : grant;
    },
  });
  const code = () => world.codes.create(terminal, 1000);
  former = (await world.run(code())).home;
  const again = () => world.run(code(), place(), sheet, former);
  await refusedWith('provisioning/answer', again);
  assert.not.ok(isInUse(join(former, 'agent/journal')));
  const { epoch } = await again();
  assert.is(epoch, 3);
  assert.equal(inUse, [true, true]);
  assert.not.ok(isInUse(join(former, 'agent/journal')));
});

test('a former home whose journal waits for a decision is not carried over: the code stays good', async () => {
  const world = await start();
  const former = (await world.run(world.codes.create(terminal, 1000))).home;
  mkdirSync(join(former, 'agent/journal.quarantine'));
  const code = world.codes.create(terminal, 1000);
  const again = () => world.run(code, place(), sheet, former);
  await refusedWith('provisioning/quarantined', again, 'waits for a decision');
  assert.is(world.claims(), 1);
  rmSync(join(former, 'agent/journal.quarantine'), { recursive: true });
  assert.is((await again()).epoch, 2);
});

test('nor one with a transaction that has not reached its end', async () => {
  const world = await start();
  const former = (await world.run(world.codes.create(terminal, 1000))).home;
  const agent = join(former, 'agent');
  const { epoch, journalKeys: dataKeys } = await readHome(agent);
  const log = new TransactionLog(new ManualClock());
  const own = { log: 'ledger', folder: join(agent, 'journal'), terminal, epoch, dataKeys } as const;
  const journal = await openJournal({ ...own, checkpoint: () => log.checkpoint() });
  log.resume(journal);
  const [first] = road();
  await log.step(transaction, first!, next({ at: 'idle' }, first!)!.state);
  await journal.close();
  const again = () => world.run(world.codes.create(terminal, 1000), place(), sheet, former);
  await refusedWith('provisioning/openTransaction', again, '1 transactions');
  assert.not.ok(isInUse(join(agent, 'journal')));
});

test('the hub is reached through the shop’s proxy, which the terminal’s link then has as well', async () => {
  const world = await start();
  const given = () => ({
    ...{ hub: new URL(world.url), root: sheet },
    ...{ code: world.codes.create(terminal, 1000), home: place() },
  });
  const [proxy, closed] = [await startProxy(), await startProxy(407)];
  const { url, asked } = proxy;
  const options = given();
  await enrol({ ...options, proxy: new URL(url.replace('//', '//shop:secret@')) });
  const { host } = options.hub;
  const user = `Basic ${Buffer.from('shop:secret').toString('base64')}`;
  assert.equal(asked, [
    [host, user],
    [host, user],
  ]);
  const link = { proxy: `${url.replace('//', '//shop:secret@')}/` };
  assert.equal(JSON.parse(readFileSync(join(options.home, 'agent/link.json'), 'utf8')), link);
  assert.is((await readHome(join(options.home, 'agent'))).proxy, link.proxy);
  await refusedWith(
    'provisioning/proxy',
    () => enrol({ ...given(), proxy: new URL(closed.url) }),
    'status 407',
  );
  await refusedWith('provisioning/unreachable', () =>
    enrol({ ...given(), proxy: new URL('http://127.0.0.1:1') }),
  );
  assert.is(world.claims(), 1);
  for (const one of [proxy, closed]) one.close();
});

test('the way to the broker that the former home has is kept, with another proxy where one is given; another hub has another broker', async () => {
  const world = await start();
  const otherRoot = { ...rootOf(keys), generation: 2 };
  const document = signRoot(otherRoot, [keys['root-1'], keys['root-2'], keys['root-3']]);
  const elsewhere = await start({ document });
  const before = { broker: 'wss://hub.example/mqtt', proxy: 'http://old:3128/' };
  const former = (await world.run(world.codes.create(terminal, 1000))).home;
  writeFileSync(join(former, 'agent/link.json'), JSON.stringify(before));
  const proxy = await startProxy();
  try {
    for (const [at, more, expected] of [
      [world, {}, before],
      [world, { proxy: new URL(proxy.url) }, { ...before, proxy: `${proxy.url}/` }],
      [elsewhere, {}, { proxy: before.proxy }],
    ] as const) {
      const home = place();
      const root = at === world ? sheet : rootThumbprint(otherRoot);
      const code = at.codes.create(terminal, 1000);
      await enrol({ hub: new URL(at.url), code, root, home, former, ...more });
      assert.equal(JSON.parse(readFileSync(join(home, 'agent/link.json'), 'utf8')), expected);
      await readHome(join(home, 'agent'));
    }
  } finally {
    proxy.close();
  }
});

test('a hub that is not there is unreachable', async () => {
  const hub = new URL('https://127.0.0.1:1');
  const code = '00000-00000-00000-00000-00000';
  await refusedWith('provisioning/unreachable', () =>
    enrol({ hub, code, root: Buffer.alloc(32), home: place() }),
  );
});

test.run();
