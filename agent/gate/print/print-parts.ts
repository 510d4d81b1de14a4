// What a print needs of the gate.
import type { Clock } from '../../../drivers/base/clock.ts';
import type { Log } from '../../../drivers/base/log.ts';
import type { PagePrinter } from '../../../drivers/contract/page.ts';
import type { KeyPair } from '../../protocol/cose-key.ts';
import type { PrintNotes } from './print-notes.ts';

export interface PrintParts {
  settings: { terminal: string };
  /** The gate's own: what became of the paper is signed with it. */
  signingKey: KeyPair;
  printer: PagePrinter;
  notes: Pick<PrintNotes, 'write' | 'find' | 'list' | 'forget'>;
  clock: Clock;
  log: Log;
}
