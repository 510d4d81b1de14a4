// The texts of the shop are printed on a receipt, so both readers take one line of printable text only.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { readConfiguration, signConfiguration } from '../../../agent/protocol/configuration.ts';
import { configuration, service, terminal } from '../../interop/sample-bodies.ts';
import { hexOf, readAgain } from '../../interop/second-reader.ts';
import { refuses } from '../../refusal.ts';

const withShop = (name: string, contact = '0422-00-0000') =>
  signConfiguration({ ...configuration, shop: { name, contact } }, service);

const read = (message: Buffer) => readConfiguration(message, terminal, service.coseKey);
const readByOther = (messages: Buffer[]) =>
  readAgain(
    messages.map(message => ({
      kind: 'configuration',
      message: message.toString('hex'),
      key: hexOf(service.coseKey),
      terminal,
    })),
  );

test("a shop's name is one printable line of at most 40 units, for both readers", () => {
  const right = ['店', 'あ'.repeat(40), '𠮷田商店'].map(name => withShop(name));
  const wrong = ['', 'あ'.repeat(41), 'a\nb', 'a\x1bE', 'a\x7f', 'a\x85b', 'a\u2028b', 'a\u2029b'].map(name =>
    withShop(name),
  );
  for (const message of right) assert.ok(read(message).shop);
  for (const message of wrong) assert.throws(() => read(message), refuses('protocol/schema'));
  assert.throws(() => read(withShop('店', '\n')), refuses('protocol/schema'));
  for (const { refused } of readByOther(right)) assert.is(refused, undefined);
  for (const { refused } of readByOther(wrong)) assert.match(refused ?? '', 'schema');
});

test('a configuration without a shop is right, too', () => {
  const { shop: _, ...without } = configuration;
  const message = signConfiguration(without, service);
  assert.is(read(message).shop, undefined);
  assert.is(readByOther([message])[0]?.refused, undefined);
});

test('a municipality has its right check digit, for both readers', () => {
  const [city] = Object.values(configuration.municipalities);
  const of = (code: string) =>
    signConfiguration({ ...configuration, municipalities: { [code]: city! } }, service);
  const right = ['132047', '131130', '122033', '011002', '271004', '131016', '473821'].map(of);
  const wrong = ['132040', '132048', '312047', '13204', '1320470', 'x32047'].map(of);
  for (const message of right) read(message);
  for (const message of wrong) assert.throws(() => read(message), refuses('protocol/schema'));
  const readings = readByOther([...right, ...wrong]);
  assert.equal(
    readings.map(({ refused }) => refused === undefined),
    [...right.map(() => true), ...wrong.map(() => false)],
  );
});

test.run();
