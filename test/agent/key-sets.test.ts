// Later key sets: what the agent takes, keeps and hands on, and what the gate takes for itself.
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { readHome } from '../../agent/config/home.ts';
import type { GateNews } from '../../agent/counter/gate-connection.ts';
import { KeySetUpdates } from '../../agent/gate/keys/key-set-updates.ts';
import { KeySets } from '../../agent/key-sets.ts';
import { type KeyPair, newKeyPair } from '../../agent/protocol/cose-key.ts';
import { type KeySet, signKeySet } from '../../agent/protocol/key-set.ts';
import { silentLog } from '../../drivers/base/log.ts';
import { temporaryFolder } from '../../simulator/temporary-folder.ts';
import { settle } from '../manual-clock.ts';
import { codeOf, refusalOf } from '../refusal.ts';
import { keySet, root, rootDocument, writeHome } from './config/home-folder.ts';
import { authenticated, rig } from './gate/gate-rig.ts';
import { keySet as gateKeySet } from './gate/services.ts';

const hub = newKeyPair().coseKey;
const later: KeySet = { ...keySet, generation: 2, keys: { ...keySet.keys, hub } };
const signed = (set: KeySet, by: KeyPair = root) => signKeySet(set, [by]);

/** An agent with its folder, and a gate whose door can be opened and closed. */
async function agent() {
  const folder = temporaryFolder('key-sets');
  await writeHome(folder);
  const home = await readHome(folder);
  let toLink: (message: Buffer) => void = () => {};
  let toGate: (news: GateNews) => void = () => {};
  const [offered, unused]: [Buffer[], string[]] = [[], []];
  let done = Promise.withResolvers<void>();
  new KeySets({
    ...{ folder, home, log: silentLog },
    link: {
      listen(leaf, listener) {
        assert.is(leaf, 'keySet');
        toLink = message => listener(message, '');
        return () => true;
      },
    },
    gate: {
      onNews: listener => {
        toGate = listener;
      },
      call: async (_name, params) => {
        offered.push((params as { keySet: Buffer }).keySet);
        done.resolve();
        return {} as never;
      },
    },
    onUnused: ({ topic, code }) => {
      unused.push(`${topic} ${code}`);
      done.resolve();
    },
  }).start();
  return {
    ...{ folder, home, offered, unused },
    async come(message: Buffer) {
      done = Promise.withResolvers();
      toLink(message);
      await done.promise;
    },
    open: () => toGate({ is: 'open' }),
    comeAgain: (message: Buffer) => toLink(message),
    remove: () => rmSync(folder, { recursive: true }),
  };
}

test('a later key set is used at once, is on the disk at the next start, and goes to the gate', async () => {
  const { come, home, folder, offered, open, remove } = await agent();
  const message = signed(later);
  await come(message);
  assert.equal(home.keySet, later);
  assert.equal(offered, [message]);
  assert.equal((await readHome(folder)).keySet, later);
  open(); // a gate that was away
  await settle();
  assert.equal(offered, [message, message]);
  remove();
});

test('a key set of another root, an earlier one, and one under which the configuration does not verify change nothing', async () => {
  const { come, comeAgain, home, folder, offered, unused, remove } = await agent();
  await come(signed(later, newKeyPair()));
  await come(signed({ ...later, generation: 1 }));
  await come(signed({ ...later, keys: { ...later.keys, configuration: hub } }));
  await come(Buffer.from('garbage'));
  comeAgain(signed(keySet)); // the present one, as it is retained: nothing to tell
  await settle();
  assert.equal(unused, [
    'keySet protocol/threshold',
    'keySet protocol/generation',
    'keySet protocol/signature',
    'keySet protocol/cbor',
  ]);
  assert.equal([home.keySet, offered], [keySet, []]);
  assert.equal(readFileSync(join(folder, 'key-set.cbor')), home.signed.keySet);
  remove();
});

test('the gate verifies a key set for itself, keeps it, and uses it from the next transaction on', async () => {
  const folder = temporaryFolder('gate-key-sets');
  const b = rig();
  b.parts.keySets = new KeySetUpdates(rootDocument, join(folder, 'key-set.cbor'));
  const seal = newKeyPair();
  const next = {
    ...gateKeySet,
    generation: 2,
    keys: { ...gateKeySet.keys, cardAuthenticationSeal: seal.coseKey },
  };
  await authenticated(b);
  await b.call('takeKeySet', { keySet: signed(next) });
  assert.equal(b.parts.keySet, gateKeySet, 'while a transaction is open');
  assert.equal(readFileSync(join(folder, 'key-set.cbor')).length, signed(next).length);
  const earlier = await refusalOf(b.call('takeKeySet', { keySet: signed({ ...next, generation: 1 }) }));
  assert.equal([earlier.code, earlier.detail.protocol], ['gate/keySet', 'protocol/generation']);
  assert.is(await codeOf(b.call('takeKeySet', { keySet: signed(next, newKeyPair()) })), 'gate/keySet');
  await b.call('close', { transaction: b.transaction, evidenceReceived: true });
  await b.call('open', { transaction: '0'.repeat(32) });
  assert.equal(b.parts.keySet, next);
  await b.call('close', { transaction: '0'.repeat(32), evidenceReceived: true });
  rmSync(folder, { recursive: true });
  const third = signed({ ...next, generation: 3 });
  assert.is(await codeOf(b.call('takeKeySet', { keySet: third })), 'gate/keySetUnsaved');
});

test.run();
