// The parts of the gate. They are handed in, so that a test can use others.
import type { KeySet } from '../protocol/key-set.ts';
import type { NativePort } from './native/native-port.ts';
import type { PrintParts } from './print/print-parts.ts';

export interface GateParts extends PrintParts {
  settings: { terminal: string; socket: string };
  keySet: KeySet;
  native: NativePort;
}

/** Has the card in the reader sign, PKCS#1 v1.5 over SHA-256: 256 bytes. */
export type Signer = (message: Buffer) => Promise<Buffer>;
