// A process that checks one document as the gate does, ends its transaction, and then searches all of its own memory.
// Prints how often each needle is found. Needles come shifted by one, so that neither this file nor its input holds one.
import { createPrivateKey } from 'node:crypto';
import { openSync, readFileSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { checkDocument } from '../../../agent/gate/transaction/check-document.ts';
import { Transaction } from '../../../agent/gate/transaction/transaction.ts';
import { decode } from '../../../agent/protocol/cbor.ts';
import { toKeyPair } from '../../../agent/protocol/cose-key.ts';
import type { KeySet } from '../../../agent/protocol/key-set.ts';
import { isMadoguchiError } from '../../../drivers/base/error.ts';

const folder = process.argv[2]!;
const { name, nonce, terminal, token, order, keySet, needles, forget } = decode(
  readFileSync(join(folder, 'given.cbor')),
) as Pick<Transaction, 'name' | 'nonce'> & {
  terminal: string;
  token: NonNullable<Transaction['token']>;
  order: NonNullable<Transaction['order']>;
  keySet: KeySet;
  needles: string[];
  forget: boolean;
};

/** Kept until the end of the search: memory that was collected before proves nothing. */
let transaction: Transaction;

function check(): string {
  const key = toKeyPair(createPrivateKey(readFileSync(join(folder, 'key.pem'))));
  transaction = Object.assign(new Transaction(name), { key, nonce, order, token });
  const sealed = readFileSync(join(folder, 'sealed.bin'));
  transaction.intake.put(0, sealed.length, sealed);
  try {
    transaction.document = checkDocument(transaction, terminal, keySet);
    return 'held';
  } catch (error) {
    if (isMadoguchiError(error)) return error.code;
    throw error;
  } finally {
    if (forget) transaction.end();
  }
}

/** How often `needle` is in any writable page of this process. */
function timesInMemory(needle: Buffer): number {
  const memory = openSync('/proc/self/mem', 'r');
  const window = Buffer.alloc(1 << 20);
  let times = 0;
  for (const line of readFileSync('/proc/self/maps', 'latin1').split('\n')) {
    const range = /^([0-9a-f]+)-([0-9a-f]+) rw/.exec(line);
    if (!range || line.endsWith('[vvar]')) continue;
    const [from, to] = [Number.parseInt(range[1]!, 16), Number.parseInt(range[2]!, 16)];
    for (let at = from; at < to; at += window.length - needle.length + 1) {
      const read = readSync(memory, window, 0, Math.min(window.length, to - at), at);
      const seen = window.subarray(0, read);
      for (let i = seen.indexOf(needle); i >= 0; i = seen.indexOf(needle, i + 1)) times++;
      window.fill(0); // it is in the searched memory, so its content would be found there
    }
  }
  return times;
}

const result = check();
const found = needles.map(shifted => {
  const needle = Buffer.alloc(shifted.length);
  for (let i = 0; i < shifted.length; i++) needle[i] = shifted.charCodeAt(i) - 1;
  const times = timesInMemory(needle);
  needle.fill(0);
  return times;
});
transaction!.end();
process.stdout.write(JSON.stringify({ result, found }));
