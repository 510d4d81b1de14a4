// The sealed document: carried from the hub to the gate piece by piece, unread; then checked there.
import { createHash } from 'node:crypto';
import { MadoguchiError } from '../../../drivers/contract/error.ts';
import type { Effect } from '../effect.ts';
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
    if (at !== offset || offset + chunk.length > size) throw new DocumentError('document/chunk');
    hash.update(chunk);
    const piece = { transaction, offset, size, chunk };
    await ports.gate.call('putDocument', piece, { timeoutMs: deviceMs, signal });
    offset += chunk.length;
  }
  if (!hash.digest().equals(digest)) throw new DocumentError('document/digest');
  return { is: 'fetched' };
};

export const check: Performer<Of<'check'>> = async (_, { ports, transaction, signal }) => {
  await ports.gate.call('check', { transaction }, { timeoutMs: ports.configuration.waits.deviceMs, signal });
  return { is: 'documentHeld' };
};

/** The sealed document did not arrive as the hub announced it. */
class DocumentError extends MadoguchiError {
  constructor(code: 'document/chunk' | 'document/digest') {
    super(
      code,
      'The document did not arrive as it was announced.',
      'Try again; if it stays, the hub or the broker alters what it carries.',
      { completion: 'invalidData' },
    );
  }
}
