// Carries the sealed document from the hub to the gate, piece by piece, without reading it. Then has the gate check it.
import { createHash } from 'node:crypto';
import { insistOnPaper } from '../../readiness/readiness.ts';
import { TransactionError } from '../transaction-error.ts';
import { askGate, askHub, type Performer, transactionBytes } from './context.ts';

export const fetchDocument: Performer<'fetch'> = async ({ size, digest }, context) => {
  const { transaction } = context;
  const hash = createHash('sha256');
  let offset = 0;
  while (offset < size) {
    const question = { ask: 'fetch', transaction: transactionBytes(context), offset } as const;
    const { chunk, offset: at } = await askHub(context, question);
    if (at !== offset || offset + chunk.length > size) throw new TransactionError('document/chunk');
    hash.update(chunk);
    await askGate(context, 'putDocument', { transaction, offset, size, chunk });
    offset += chunk.length;
  }
  if (!hash.digest().equals(digest)) throw new TransactionError('document/digest');
  return { is: 'fetched' };
};

export const check: Performer<'check'> = async (_, context) => {
  await askGate(context, 'check', { transaction: context.transaction });
  // paper that was there when the card came in may have run out since: the fee is asked for only where the printer can print
  insistOnPaper(await askGate(context, 'status', {}));
  return { is: 'documentHeld' };
};
