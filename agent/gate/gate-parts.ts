// What the gate is made of; handed in, so that a test can put other parts in.

import type { Clock } from '../../drivers/base/clock.ts';
import type { Log } from '../../drivers/base/log.ts';
import type { PagePrinter } from '../../drivers/contract/page.ts';
import type { KeyPair } from '../protocol/cose-key.ts';
import type { KeySet } from '../protocol/key-set.ts';
import type { NativePort } from './native/native-port.ts';
import type { PrintNotes } from './print/print-notes.ts';

export interface GateParts {
  settings: { terminal: string; socket: string };
  keySet: KeySet;
  signingKey: KeyPair;
  native: NativePort;
  printer: PagePrinter;
  notes: Pick<PrintNotes, 'write' | 'find' | 'forget'>;
  clock: Clock;
  log: Log;
}

/** Has the card in the reader sign, PKCS#1 v1.5 over SHA-256: 256 bytes. */
export type Signer = (message: Buffer) => Promise<Buffer>;
