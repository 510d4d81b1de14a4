// Independent judges: OpenSC must accept the virtual card as a JPKI card, and openssl must accept its signatures.
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

/** Runs a tool of a judge. Returns its exit code and its output. */
async function tool(name: string, ...args: string[]): Promise<{ code: number; output: string }> {
  const env = { ...process.env, PCSCLITE_CSOCK_NAME: reader.socketName };
  try {
    const { stdout, stderr } = await promisify(execFile)(name, args, { env, cwd: dir });
    return { code: 0, output: stdout + stderr };
  } catch (error) {
    const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string };
    assert.type(code, 'number', `${name} is installed`);
    return { code, output: stdout + stderr };
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

test('it is recognised as jpki, with both ATRs', async () => {
  assert.match((await tool('opensc-tool', '--name')).output, /^jpki$/m);
  assert.match((await tool('opensc-tool', '--list-readers')).output, reader.readerName);
  reader.remove();
  await reader.insert(authority.issue({ profile: 'juki' }));
  assert.match((await tool('opensc-tool', '--atr')).output, /^3b:e0:00:ff:81:31:fe:45:14$/m);
  assert.match((await tool('opensc-tool', '--name')).output, /^jpki$/m);
});

test('it lists four certificates, two keys and two PINs with 3 and 5 tries', async () => {
  const { code, output } = await tool('pkcs15-tool', '--list-certificates', '--list-pins', '--list-keys');
  assert.is(code, 0);
  assert.is(output.match(/^X\.509 Certificate/gm)?.length, 4);
  assert.is(output.match(/^Private RSA Key/gm)?.length, 2);
  assert.equal(
    [...output.matchAll(/Tries left +: (\d)/g)].map(([, tries]) => tries),
    ['3', '5'],
  );
});

test('its certificate is issued by its authority, is read in full, and does not name the holder', async () => {
  await tool('pkcs15-tool', '--read-certificate', '1', '--output', 'certificate.pem');
  const { output } = await tool(
    'openssl',
    'verify',
    '-purpose',
    'sslclient',
    '-CAfile',
    'ca.pem',
    'certificate.pem',
  );
  assert.match(output, 'certificate.pem: OK');
  const subject = (await tool('openssl', 'x509', '-in', 'certificate.pem', '-noout', '-subject')).output;
  assert.is(subject.trim(), 'subject=C = JP, O = JPKI, OU = JPKI for user authentication, CN = JUDGED');
});

test('openssl accepts its signature, and rejects it for a changed message', async () => {
  const { code, output } = await sign('4711');
  assert.is(code, 0, output);
  await tool('pkcs15-tool', '--read-certificate', '1', '--output', 'certificate.pem');
  await tool('openssl', 'x509', '-in', 'certificate.pem', '-noout', '-pubkey', '-out', 'key.pem');
  const check = (file: string) =>
    tool('openssl', 'dgst', '-sha256', '-verify', 'key.pem', '-signature', 'signature', file);
  assert.match((await check('message')).output, 'Verified OK');
  await writeFile(join(dir, 'forged'), 'what was not ordered');
  assert.is((await check('forged')).code, 1);
});

test('a wrong PIN uses one try, a right one resets the tries, three wrong ones lock the card', async () => {
  assert.match((await sign('0000')).output, 'CKR_PIN_INCORRECT');
  assert.is(card.pins.auth.triesLeft, 2);
  assert.is((await sign('4711')).code, 0);
  assert.is(card.pins.auth.triesLeft, 3);
  for (const pin of ['0000', '0001', '0002']) assert.is.not((await sign(pin)).code, 0);
  assert.is(card.pins.auth.triesLeft, 0);
  assert.is.not((await sign('4711')).code, 0, 'a locked card refuses the right PIN too');
  assert.match((await tool('pkcs15-tool', '--list-pins')).output, /Tries left +: 0/);
});

test('the certificate that names its holder can be read only after its own PIN', async () => {
  const read = (...pin: string[]) =>
    tool('pkcs15-tool', '--read-certificate', '2', '--output', 'sign.pem', ...pin);
  assert.is.not((await read()).code, 0);
  assert.is((await read('--verify-pin', '--auth-id', '2', '--pin', 'ABC123')).code, 0);
  assert.match((await tool('openssl', 'verify', '-CAfile', 'ca.pem', 'sign.pem')).output, 'sign.pem: OK');
});

test('a card without the application is not recognised as jpki', async () => {
  card.behaviours.length = 0;
  assert.not.match((await tool('opensc-tool', '--name')).output, /^jpki$/m);
});

test.run();
