// Adds to docs/contract/vectors what is missing: node test/contract/vectors/write.ts. With --renew every vector is made anew.
import { pathToFileURL } from 'node:url';
import { encode } from '../../../agent/protocol/cbor.ts';
import { keepBad } from './bad.ts';
import { keepOthers, keepTransaction } from './good.ts';
import { keys } from './keys.ts';
import { Store } from './store.ts';

const scalarOf = (jwk: { d?: string }): string => Buffer.from(jwk.d ?? '', 'base64url').toString('hex');

async function write(mode: 'add' | 'renew'): Promise<number> {
  const store = new Store(mode);
  await keepTransaction(store);
  await keepOthers(store);
  await keepBad(store);
  const listed = Object.entries(keys).map(([name, pair]) => [
    name,
    {
      private: scalarOf(pair.privateKey.export({ format: 'jwk' })),
      public: encode(pair.coseKey).toString('hex'),
      thumbprint: pair.thumbprint.toString('hex'),
    },
  ]);
  store.finish(Object.fromEntries(listed));
  return store.vectors.length;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href)
  console.log(`${await write(process.argv.includes('--renew') ? 'renew' : 'add')} vectors`);
