// A process that checks one document as the gate does, ends its transaction, and then searches all of its own memory.
// Prints how often each needle is found. Needles come shifted by one, so that neither this file nor its input holds one.
import { createPrivateKey, randomFillSync } from 'node:crypto';
import { closeSync, openSync, readFileSync, readSync } from 'node:fs';
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

/** Of one read. */
const span = 1 << 20;
/** What is read goes here; behind it stands a mark, by which it is found. */
const window = Buffer.alloc(span + 16);
const mark = randomFillSync(window.subarray(span));

/** Calls `look` with each piece of this process's writable memory and its address; pieces overlap by `overlap` bytes. */
function searchMemory(overlap: number, look: (piece: Buffer, at: number) => void): void {
  const memory = openSync('/proc/self/mem', 'r');
  for (const line of readFileSync('/proc/self/maps', 'latin1').split('\n')) {
    const range = /^([0-9a-f]+)-([0-9a-f]+) rw/.exec(line);
    if (!range || line.endsWith('[vvar]')) continue;
    const [from, to] = [Number.parseInt(range[1]!, 16), Number.parseInt(range[2]!, 16)];
    for (let at = from; at < to; at += span - overlap) {
      look(window.subarray(0, readSync(memory, window, 0, Math.min(span, to - at), at)), at);
      window.fill(0, 0, span); // it is in the searched memory, so its content would be found there
    }
  }
  closeSync(memory);
}

function findWindow(): number {
  let found: number | undefined;
  searchMemory(mark.length - 1, (piece, at) => {
    const i = piece.indexOf(mark);
    if (i >= 0) found ??= at + i - span;
  });
  if (found === undefined) throw new Error('the window is not in this memory');
  return found;
}

const windowAt = findWindow();

/** How often `needle` is in this process, but for the window: where a read begins before it, it holds what was read there. */
function timesInMemory(needle: Buffer): number {
  let times = 0;
  searchMemory(needle.length - 1, (piece, at) => {
    for (let i = piece.indexOf(needle); i >= 0; i = piece.indexOf(needle, i + 1))
      if (at + i < windowAt || at + i >= windowAt + span) times++;
  });
  return times;
}

const result = check();
const found = needles.map(shifted => {
  // outside V8's heap, where up to 64 bytes are moved, and leave a copy
  const needle = Buffer.alloc(4096).subarray(0, shifted.length);
  for (let i = 0; i < shifted.length; i++) needle[i] = shifted.charCodeAt(i) - 1;
  const times = timesInMemory(needle);
  needle.fill(0);
  return times;
});
transaction!.end();
process.stdout.write(JSON.stringify({ result, found }));
