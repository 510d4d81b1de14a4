// The gate as a process of its own: its folder, its keys, its end.
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { chmod, mkdir, readdir, rm, symlink, unlink, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { gateDoor } from '../../../agent/commands/gate-door.ts';
import { FileKeyStore } from '../../../agent/gate/keys/file-key-store.ts';
import { readHome } from '../../../agent/gate/keys/home.ts';
import { newKeyPair } from '../../../agent/protocol/cose-key.ts';
import { signKeySet } from '../../../agent/protocol/key-set.ts';
import { signRoot } from '../../../agent/protocol/root.ts';
import { systemClock } from '../../../drivers/base/clock.ts';
import { silentLog } from '../../../drivers/base/log.ts';
import { openDoor } from '../../../drivers/door/client.ts';
import { temporaryFolder } from '../../../simulator/temporary-folder.ts';
import { codeOf, refusalOf } from '../../refusal.ts';
import { keySet } from './services.ts';

/** A folder as the installer's command writes it. */
async function withHome(work: (home: string) => Promise<void>): Promise<void> {
  const home = temporaryFolder('home');
  const root = newKeyPair();
  const settings = {
    schema: 1,
    terminal: 'test-0001',
    socket: join(home, 'gate.sock'),
    pagePrinter: {
      profile: 'a4Certificate',
      endpoint: { socketPath: join(home, 'printer.sock'), path: '/ipp/print' },
    },
    pcscSocket: join(home, 'pcscd.comm'),
    cardReader: { driver: 'pcsc' },
    pinpad: {
      driver: 'serial',
      id: '1',
      path: join(home, 'pad'),
      dialect: 'visa-70',
      keySetId: 'FFFF9876543210E00000',
    },
    receipt: { driver: 'escpos', path: join(home, 'receipt'), profile: 'thermal80' },
  };
  const pem = newKeyPair().privateKey.export({ type: 'pkcs8', format: 'pem' });
  await mkdir(join(home, 'keys'), { mode: 0o700 });
  await writeFile(join(home, 'gate.json'), JSON.stringify(settings));
  await writeFile(
    join(home, 'root.cbor'),
    signRoot({ version: 1, generation: 1, threshold: 1, keys: [root.coseKey] }, [root]),
  );
  await writeFile(join(home, 'key-set.cbor'), signKeySet(keySet, [root]));
  await writeFile(join(home, 'keys/gate-signing.pem'), pem, { mode: 0o600 });
  await writeFile(join(home, 'keys/pinpad-1.bin'), randomBytes(16), { mode: 0o600 });
  try {
    await work(home);
  } finally {
    await rm(home, { recursive: true });
  }
}

const read = (home: string) => readHome(home, new FileKeyStore(join(home, 'keys')));

test('a folder is taken only where it is complete, signed under its root document, and its keys are not accessible to others', () =>
  withHome(async home => {
    assert.is((await read(home)).pinpadKey.length, 16);
    await chmod(join(home, 'keys/pinpad-1.bin'), 0o640);
    assert.is(await codeOf(read(home)), 'gate/keyExposed');
    await chmod(join(home, 'keys/pinpad-1.bin'), 0o600);
    await writeFile(join(home, 'key-set.cbor'), signKeySet(keySet, [newKeyPair()]));
    const { code, detail } = await refusalOf(read(home));
    assert.equal([code, detail.file], ['gate/home', 'key-set.cbor']);
    await unlink(join(home, 'gate.json'));
    assert.is(await codeOf(read(home)), 'gate/home');
  }));

test('a key by another name, through a link, or not there is refused', () =>
  withHome(async home => {
    const keys = new FileKeyStore(join(home, 'keys'));
    await symlink(join(home, 'keys/pinpad-1.bin'), join(home, 'keys/link.bin'));
    for (const name of ['../gate.json', 'link.bin', 'none.bin', ''])
      assert.is(await codeOf(keys.load(name)), 'gate/key');
  }));

const main = join(import.meta.dirname, '../../../agent/gate/main.ts');

test('the process serves its socket, holds its devices’ process, and leaves nothing behind', () =>
  withHome(async home => {
    const gate = spawn(process.execPath, [main, '--home', home], { stdio: ['ignore', 'ignore', 'pipe'] });
    const lines = createInterface(gate.stderr);
    const ready = new Promise<void>(resolve => {
      lines.on('line', line => line.includes('"gate listens"') && resolve());
    });
    await ready;
    const greeting = { role: 'agent', peer: 'gate', software: 'test' } as const;
    const options = { ...greeting, table: gateDoor, clock: systemClock, log: silentLog };
    const door = await openDoor(connect(join(home, 'gate.sock')), options);
    const native = new Promise<void>(resolve =>
      door.onEvent(({ name, payload }) => name === 'device' && payload.device === 'native' && resolve()),
    );
    if (!(await door.call('status', {}, { timeoutMs: 5000 })).native) await native;
    const status = await door.call('status', {}, { timeoutMs: 5000 });
    assert.equal([status.native, status.card.online, status.pinpad.online], [true, false, false]);
    assert.equal([status.receipt.online, status.page.online], [false, false]);
    const ended = once(gate, 'exit');
    gate.kill('SIGTERM');
    assert.equal(await ended, [0, null]);
    assert.not((await readdir(home)).includes('gate.sock'));
  }));

test('a folder that can’t be used ends the process with words for the installer', () =>
  withHome(async home => {
    await unlink(join(home, 'root.cbor'));
    const gate = spawn(process.execPath, [main, '--home', home], { stdio: ['ignore', 'ignore', 'pipe'] });
    const said: string[] = [];
    gate.stderr.on('data', chunk => said.push(String(chunk)));
    assert.equal(await once(gate, 'close'), [1, null]);
    assert.match(said.join(''), /root\.cbor[\s\S]*Enrol this terminal again/);
  }));

test.run();
