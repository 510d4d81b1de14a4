// The parts of the gate that a print needs.
import type { Clock } from '../../../drivers/base/clock.ts';
import type { Log } from '../../../drivers/base/log.ts';
import type { PagePrinter } from '../../../drivers/contract/page.ts';
import type { KeyPair } from '../../protocol/cose-key.ts';
import type { PrintNotes } from './print-notes.ts';

export interface PrintParts {
  settings: { terminal: string };
  /** The gate's own key. It signs evidence. */
  signingKey: KeyPair;
  printer: PagePrinter;
  notes: Pick<PrintNotes, 'write' | 'find' | 'list' | 'forget'>;
  clock: Clock;
  log: Log;
}
