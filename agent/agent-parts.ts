// What an agent needs, whether it serves or not.
import type { Clock } from '../drivers/base/clock.ts';
import type { Log } from '../drivers/base/log.ts';
import type { AgentHome } from './config/home.ts';
import type { JournalErrorCode } from './journal/journal-error.ts';
import type { PanelSocketOptions } from './panel/socket.ts';

export interface AgentParts {
  /** Path of the agent's folder, and what was read from it. */
  folder: string;
  home: AgentHome;
  clock: Clock;
  log: Log;
  panelSocket: Omit<PanelSocketOptions, 'status'>;
  /** Aborts when the agent shall end. */
  stop: AbortSignal;
}

/** Why nobody is served until a person has decided about the journal, has put its key back, or has started another version. */
export interface Stopped {
  code: JournalErrorCode;
  /** What a consent to leave the journal behind is given to: of the quarantine, or of a journal that cannot be read. */
  evidence?: Buffer;
}
