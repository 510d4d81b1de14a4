// What an agent needs, whether it serves or not.
import type { Clock } from '../drivers/base/clock.ts';
import { failure, type Log } from '../drivers/base/log.ts';
import type { AgentHome } from './config/home.ts';
import type { JournalErrorCode } from './journal/journal-error.ts';
import { type Link, openLink } from './link/link.ts';
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

/**
 * An agent that serves nobody gives way to whoever took its session: that may be the terminal that it is a copy of, and which
 * serves. It comes back after a minute at the least, and more and more rarely: in the end, hourly.
 */
const yielding = { initialMs: 120_000, maxMs: 3_600_000, minMs: 60_000 };

/** With `stopped` the birth message tells the hub so. */
export function openAgentLink({ home, clock, log, panelSocket }: AgentParts, stopped?: Stopped): Link {
  return openLink({
    url: home.broker,
    tls: { key: home.tls.key, cert: home.tls.certificate, ca: home.tls.authority },
    terminal: home.terminal,
    epoch: home.epoch,
    software: panelSocket.software,
    ...(stopped && { stopped }),
    agentKey: home.signingKey,
    hubKey: () => home.keySet.keys.hub,
    clock,
    proxy: home.proxy,
    ...(stopped && { yields: true, takenOverBackOff: yielding }),
    onFailure: (error, wasOnline) =>
      log.warn(wasOnline ? 'link ended' : 'link not opened', { ...failure(error), ...error.detail }),
    onTooLarge: error =>
      log.error('message too large for the broker', { ...failure(error), ...error.detail }),
  });
}
