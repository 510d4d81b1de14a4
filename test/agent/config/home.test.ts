import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { HomeError, readHome } from '../../../agent/config/home.ts';
import { encode } from '../../../agent/protocol/cbor.ts';
import { signConfiguration } from '../../../agent/protocol/configuration.ts';
import { newKeyPair, toCoseKey } from '../../../agent/protocol/cose-key.ts';
import { signKeySet } from '../../../agent/protocol/key-set.ts';
import { signRoot } from '../../../agent/protocol/root.ts';
import { refusalOf } from '../../refusal.ts';
import {
  configuration,
  configurationKey,
  fileNames,
  journalKey,
  keySet,
  otherClient,
  pem,
  root,
  rootDocument,
  signingKey,
  terminal,
  withHome,
} from './home-folder.ts';

test('a folder as enrolment leaves it reads back', async () => {
  const home = await withHome({}, readHome);
  assert.equal([home.terminal, home.epoch, home.broker], [terminal, 2, 'mqtts://127.0.0.1:8883']);
  assert.equal(
    home.journalKeys.map(key => key.export()),
    [journalKey],
  );
  assert.equal(home.signingKey.thumbprint, signingKey.thumbprint);
  assert.equal(home.configuration, configuration);
  assert.equal(home.keySet.generation, 1);
  assert.equal(toCoseKey(home.signingKey.privateKey), signingKey.coseKey);
  assert.match(String(home.tls.certificate), /BEGIN CERTIFICATE/);
});

test('link.json is the installer’s: another way to the broker, and a proxy', async () => {
  const settings = { broker: 'wss://hub.example/mqtt', proxy: 'http://proxy:3128' };
  const { broker, proxy } = await withHome({ 'link.json': JSON.stringify(settings) }, readHome);
  assert.equal({ broker, proxy }, settings);
  for (const wrong of [
    { broker: 'mqtt://hub.example' },
    { proxy: 'socks://proxy' },
    { other: 1 },
    { proxy: 3128 },
  ])
    assert.is((await refused({ 'link.json': JSON.stringify(wrong) })).file, 'link.json');
});

/** The file that is named when the folder is refused, and why. */
async function refused(change: Parameters<typeof withHome>[0]): Promise<{ file: unknown; error: HomeError }> {
  const error = await refusalOf(withHome(change, readHome), HomeError);
  assert.is(error.code, 'agent/home');
  assert.match(error.hint, /enrol/);
  return { file: error.detail.file, error };
}

for (const name of fileNames) {
  test(`${name} missing: refused, by name`, async () => {
    assert.is((await refused({ [name]: null })).file, name);
  });
  test(`${name} truncated, empty or with other content: refused, by name`, async () => {
    for (const content of ['', 'garbage', Buffer.alloc(31), Buffer.alloc(4096, 0xff)])
      assert.is((await refused({ [name]: content })).file, name);
  });
}

const stranger = newKeyPair();
const given = { terminal, epoch: 2, broker: 'mqtts://127.0.0.1:8883' };

const strange: [name: string, file: string, content: string | Buffer][] = [
  ['a key set that another root signed', 'key-set.cbor', signKeySet(keySet, [stranger])],
  ['a configuration that another key signed', 'configuration.cbor', signConfiguration(configuration, root)],
  [
    'a configuration for another terminal',
    'configuration.cbor',
    signConfiguration({ ...configuration, audience: 'test-2' }, configurationKey),
  ],
  ['a root document of no key', 'root.cbor', encode(new Map([[1, 2]]))],
  ['a root document that another key signed', 'root.cbor', signRoot(rootDocument, [stranger])],
  ['a certificate of another key', 'certificate.pem', otherClient.certificate],
  ['a TLS key where the authority should be', 'authority.pem', otherClient.key],
  ['a terminal of no name', 'agent.json', JSON.stringify({ ...given, terminal: '' })],
  ['a setting that nobody named', 'agent.json', JSON.stringify({ ...given, debug: true })],
  ['a broker without TLS', 'agent.json', JSON.stringify({ ...given, broker: 'mqtt://127.0.0.1:1883' })],
  ['an epoch of none', 'agent.json', JSON.stringify({ ...given, epoch: 0 })],
];

for (const [name, file, content] of strange)
  test(`${name}: refused, by name`, async () => {
    assert.is((await refused({ [file]: content })).file, file);
  });

test('a key set under another root document is refused', async () => {
  const other = signRoot({ ...rootDocument, keys: [stranger.coseKey] }, [stranger]);
  assert.is((await refused({ 'root.cbor': other })).file, 'key-set.cbor');
});

test('no error quotes a key', async () => {
  const secret = pem(stranger).replace('PRIVATE', 'PRIVAT');
  const { error } = await refused({ 'keys/agent-signing.pem': secret });
  assert.not.match(`${error.message}${error.stack}`, new RegExp(secret.slice(40, 60).replaceAll('+', '\\+')));
});

test.run();
