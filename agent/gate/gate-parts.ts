// The parts of the gate. They are handed in, so that a test can use others.
import type { CardSignature } from '../../drivers/contract/card.ts';
import type { KeySet } from '../protocol/key-set.ts';
import type { NativePort } from './native/native-port.ts';
import type { PrintParts } from './print/print-parts.ts';

export interface GateParts extends PrintParts {
  settings: { terminal: string; socket: string };
  keySet: KeySet;
  native: NativePort;
}

/** Has the card in the reader sign, by its own algorithm. */
export type Signer = (message: Buffer) => Promise<CardSignature>;
