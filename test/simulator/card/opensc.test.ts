// An outside judge: OpenSC has to take the virtual card for a JPKI card, and openssl its signatures for genuine.
import { execFile } from 'node:child_process';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { makeCardAuthority } from '../../../simulator/card/authority.ts';
import { startCardReader, type VirtualCardReader } from '../../../simulator/card/reader.ts';
import type { VirtualCard } from '../../../simulator/card/virtual-card.ts';
import { temporaryFolder } from '../../../simulator/temporary-folder.ts';

const test = suite('OpenSC judges the virtual card');
const authority = await makeCardAuthority();
let dir: string;
let reader: VirtualCardReader;
let card: VirtualCard;

/** Runs a judge's tool; its exit code, and everything that it said. */
async function tool(name: string, ...args: string[]): Promise<{ code: number; said: string }> {
  const env = { ...process.env, PCSCLITE_CSOCK_NAME: reader.socketName };
  try {
    const { stdout, stderr } = await promisify(execFile)(name, args, { env, cwd: dir });
    return { code: 0, said: stdout + stderr };
  } catch (error) {
    const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string };
    assert.type(code, 'number', `${name} is installed`);
    return { code, said: stdout + stderr };
  }
}
const login = (pin: string, ...args: string[]) =>
  tool('pkcs11-tool', '--module', 'opensc-pkcs11.so', '--slot-index', '0', '--login', '--pin', pin, ...args);
const sign = (pin: string) =>
  login(pin, '--sign', '--mechanism', 'SHA256-RSA-PKCS', '--id', '01', '-i', 'message', '-o', 'signature');

test.before(async () => {
  dir = temporaryFolder('madoguchi-opensc');
  reader = await startCardReader({ dir });
  await writeFile(join(dir, 'message'), 'what was ordered');
  await writeFile(join(dir, 'ca.pem'), authority.certificatePem);
});
test.before.each(async () => {
  card = authority.issue({ pin: '4711', serial: 'JUDGED' });
  reader.remove();
  await reader.insert(card);
});
test.after(async () => {
  await reader.close();
  await rm(dir, { recursive: true });
});

test('it is named jpki, with either ATR', async () => {
  assert.match((await tool('opensc-tool', '--name')).said, /^jpki$/m);
  assert.match((await tool('opensc-tool', '--list-readers')).said, reader.readerName);
  reader.remove();
  await reader.insert(authority.issue({ profile: 'juki' }));
  assert.match((await tool('opensc-tool', '--atr')).said, /^3b:e0:00:ff:81:31:fe:45:14$/m);
  assert.match((await tool('opensc-tool', '--name')).said, /^jpki$/m);
});

test('it lists four certificates, two keys and two PINs with 3 and 5 tries', async () => {
  const { code, said } = await tool('pkcs15-tool', '--list-certificates', '--list-pins', '--list-keys');
  assert.is(code, 0);
  assert.is(said.match(/^X\.509 Certificate/gm)?.length, 4);
  assert.is(said.match(/^Private RSA Key/gm)?.length, 2);
  assert.equal(
    [...said.matchAll(/Tries left +: (\d)/g)].map(([, tries]) => tries),
    ['3', '5'],
  );
});

test('its certificate is of its authority, ends where its own length says, and names no holder', async () => {
  await tool('pkcs15-tool', '--read-certificate', '1', '--output', 'certificate.pem');
  const { said } = await tool(
    'openssl',
    'verify',
    '-purpose',
    'sslclient',
    '-CAfile',
    'ca.pem',
    'certificate.pem',
  );
  assert.match(said, 'certificate.pem: OK');
  const subject = (await tool('openssl', 'x509', '-in', 'certificate.pem', '-noout', '-subject')).said;
  assert.is(subject.trim(), 'subject=C = JP, O = JPKI, OU = JPKI for user authentication, CN = JUDGED');
});

test('its signature is genuine by openssl, and a changed message is not', async () => {
  const { code, said } = await sign('4711');
  assert.is(code, 0, said);
  await tool('pkcs15-tool', '--read-certificate', '1', '--output', 'certificate.pem');
  await tool('openssl', 'x509', '-in', 'certificate.pem', '-noout', '-pubkey', '-out', 'key.pem');
  const check = (file: string) =>
    tool('openssl', 'dgst', '-sha256', '-verify', 'key.pem', '-signature', 'signature', file);
  assert.match((await check('message')).said, 'Verified OK');
  await writeFile(join(dir, 'forged'), 'what was not ordered');
  assert.is((await check('forged')).code, 1);
});

test('a wrong PIN costs one try, a right one gives them back, three wrong ones lock', async () => {
  assert.match((await sign('0000')).said, 'CKR_PIN_INCORRECT');
  assert.is(card.pins.auth.triesLeft, 2);
  assert.is((await sign('4711')).code, 0);
  assert.is(card.pins.auth.triesLeft, 3);
  for (const pin of ['0000', '0001', '0002']) assert.is.not((await sign(pin)).code, 0);
  assert.is(card.pins.auth.triesLeft, 0);
  assert.is.not((await sign('4711')).code, 0, 'a locked card takes not even the right PIN');
  assert.match((await tool('pkcs15-tool', '--list-pins')).said, /Tries left +: 0/);
});

test('the certificate that names its holder is read only after its own PIN', async () => {
  const read = (...pin: string[]) =>
    tool('pkcs15-tool', '--read-certificate', '2', '--output', 'sign.pem', ...pin);
  assert.is.not((await read()).code, 0);
  assert.is((await read('--verify-pin', '--auth-id', '2', '--pin', 'ABC123')).code, 0);
  assert.match((await tool('openssl', 'verify', '-CAfile', 'ca.pem', 'sign.pem')).said, 'sign.pem: OK');
});

test('a card without the application is not taken for one', async () => {
  card.behaviours.length = 0;
  assert.not.match((await tool('opensc-tool', '--name')).said, /^jpki$/m);
});

test.run();
