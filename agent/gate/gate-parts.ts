// The parts of the gate. They are handed in, so that a test can use others.
import type { CardSignature } from '../../drivers/contract/card.ts';
import type { KeySet } from '../protocol/key-set.ts';
import type { KeySetUpdates } from './keys/key-set-updates.ts';
import type { NativePort } from './native/native-port.ts';
import type { PrintParts } from './print/print-parts.ts';

export interface GateParts extends PrintParts {
  settings: { terminal: string; socket: string };
  /** In use. Replaced when a transaction is opened and a later one has come. */
  keySet: KeySet;
  keySets: Pick<KeySetUpdates, 'take' | 'youngest'>;
  native: NativePort;
}

/** Has the card in the reader sign, by its own algorithm. */
export type Signer = (message: Buffer) => Promise<CardSignature>;
