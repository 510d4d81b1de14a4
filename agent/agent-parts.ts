// What an agent needs, whether it serves or not.
import type { Clock } from '../drivers/base/clock.ts';
import type { Log } from '../drivers/base/log.ts';
import type { AgentHome } from './config/home.ts';
import type { JournalFailure } from './journal/journal-failure.ts';
import type { PanelSocketOptions } from './panel/socket.ts';
import type { Contract } from './protocol/contract.ts';

export interface AgentParts {
  /** Path of the agent's folder, and what was read from it. */
  folder: string;
  home: AgentHome;
  /** What is spoken with the hub. Default: what this software speaks. */
  contract?: Contract | undefined;
  clock: Clock;
  log: Log;
  /** Lines of the log that could not be written, since the start. */
  droppedLogLines: () => number;
  panelSocket: Omit<PanelSocketOptions, 'status'>;
  /** Aborts when the agent shall end. */
  stop: AbortSignal;
}

/**
 * Why nobody is served: until a person has decided about the journal, has put its key back, or has started another version; or, with the
 * codes of isDiskTrouble, until the disk takes records again.
 */
export interface Stopped extends JournalFailure {
  /** What a consent to leave the journal behind is given to: of the quarantine, or of a journal that cannot be read. */
  evidence?: Buffer;
}
