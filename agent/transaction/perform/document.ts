// The sealed document: carried from the hub to the gate piece by piece, unread; then checked there.
import { createHash } from 'node:crypto';
import { insistOnPaper } from '../../readiness/readiness.ts';
import type { Effect } from '../effect.ts';
import { TransactionError } from '../transaction-error.ts';
import { askHub, type Performer, transactionBytes } from './context.ts';

type Of<N extends Effect['do']> = Extract<Effect, { do: N }>;

export const fetchDocument: Performer<Of<'fetch'>> = async ({ size, digest }, context) => {
  const { ports, transaction, signal } = context;
  const { hubMs, deviceMs } = ports.configuration.waits;
  const hash = createHash('sha256');
  let offset = 0;
  while (offset < size) {
    const question = { ask: 'fetch', transaction: transactionBytes(context), offset } as const;
    const { chunk, offset: at } = await askHub(context, question, hubMs);
    if (at !== offset || offset + chunk.length > size) throw new TransactionError('document/chunk');
    hash.update(chunk);
    const piece = { transaction, offset, size, chunk };
    await ports.gate.call('putDocument', piece, { timeoutMs: deviceMs, signal });
    offset += chunk.length;
  }
  if (!hash.digest().equals(digest)) throw new TransactionError('document/digest');
  return { is: 'fetched' };
};

export const check: Performer<Of<'check'>> = async (_, { ports, transaction, signal }) => {
  const { deviceMs: timeoutMs } = ports.configuration.waits;
  await ports.gate.call('check', { transaction }, { timeoutMs, signal });
  // what was there when the card came in may be gone: nobody pays for a paper that can't come out
  insistOnPaper(await ports.gate.call('status', {}, { timeoutMs, signal }));
  return { is: 'documentHeld' };
};
