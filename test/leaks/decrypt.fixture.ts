// A process that decrypts what it is sent, wipes the result unless it must keep it, and runs until it is ended.
import { createPrivateKey } from 'node:crypto';
import { decrypt } from '../../agent/protocol/cose-encrypt.ts';
import { toKeyPair } from '../../agent/protocol/cose-key.ts';

const held: Buffer[] = [];
process.once('message', ({ pem, sealed, keep }: { pem: string; sealed: string; keep: boolean }) => {
  const clear = decrypt(Buffer.from(sealed, 'hex'), toKeyPair(createPrivateKey(pem)), 'test');
  if (!keep) clear.fill(0);
  held.push(clear);
  process.send?.('done');
});
process.once('disconnect', () => process.exit(held.length > 0 ? 0 : 1));
