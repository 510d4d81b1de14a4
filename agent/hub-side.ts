// The agent's side of the hub as one object: the link, whether the hub is there, its time, the certificates, and what was not used.
import type { Clock } from '../drivers/base/clock.ts';
import { failure } from '../drivers/base/log.ts';
import type { AgentParts, Stopped } from './agent-parts.ts';
import { TlsFiles } from './config/tls-files.ts';
import type { StatusReport } from './counter/status-report.ts';
import { isDiskTroubleCode } from './journal/journal-error.ts';
import { HubWatch } from './link/hub-watch.ts';
import { openLink } from './link/link.ts';
import { reasonOf } from './link/link-error.ts';
import type { Link } from './link/link-options.ts';
import { type Unused, UnusedMessages } from './link/unused.ts';
import type { Configuration } from './protocol/configuration.ts';
import { dayOf, daysLeft, type HubFacts } from './readiness/hub-conditions.ts';
import { isTooSlow } from './readiness/slow-line.ts';

/**
 * An agent whose journal may not be used gives way to whoever took its session: that may be the terminal that it is a copy of, and which
 * serves. It comes back after a minute at the least, and more and more rarely: in the end, hourly.
 */
const yielding = { initialMs: 120_000, maxMs: 3_600_000, minMs: 60_000 };

export class HubSide {
  readonly link: Link;
  readonly #waits: Configuration['waits'];
  #lineTooSlow = false;
  readonly #watch: HubWatch;
  readonly #unused: UnusedMessages;
  readonly #tls: TlsFiles;
  /** Dates what a resident gets: by the hub's time where this machine's clock is wrong. */
  readonly clock: Clock;

  /** With `stopped` the birth message tells the hub so. */
  constructor({ folder, home, contract, clock, log, panelSocket }: AgentParts, stopped?: Stopped) {
    this.#waits = home.configuration.waits;
    this.#unused = new UnusedMessages({ clock, log });
    this.#tls = new TlsFiles(folder, home.tls, log);
    this.link = openLink({
      url: home.broker,
      tls: () => this.#tls.read(),
      terminal: home.terminal,
      epoch: home.epoch,
      contract,
      software: panelSocket.software,
      ...(stopped && { stopped }),
      agentKey: home.signingKey,
      hubKey: () => home.keySet.keys.hub,
      clock,
      proxy: home.proxy,
      ...(stopped && !isDiskTroubleCode(stopped.code) && { yields: true, takenOverBackOff: yielding }),
      onFailure: (error, wasOnline) =>
        log.warn(wasOnline ? 'link ended' : 'link not opened', { ...failure(error), ...error.detail }),
      onTooLarge: error =>
        log.error('message too large for the broker', { ...failure(error), ...error.detail }),
      onUnused: this.onUnused,
    });
    this.link.onVersion(version => log.info('hub speaks another version', { version }));
    this.#watch = new HubWatch({ link: this.link, clock, log, random: Math.random });
    this.clock = this.#watch.time.corrected;
    this.#watch.start();
  }

  /** Counts and logs a message that was not used. */
  readonly onUnused = (unused: Unused): void => this.#unused.add(unused);

  /** Calls `listener` where the hub or a service comes or goes. */
  onChange(listener: () => void): void {
    this.#watch.onChange(listener);
  }

  facts(): HubFacts {
    const { standing, time } = this.#watch;
    this.#lineTooSlow = isTooSlow(this.link.bytesPerSecond, this.#waits, this.#lineTooSlow);
    return {
      standing,
      validity: this.#tls.validity,
      wall: this.clock.wall(),
      wrongByMs: time.isClockWrong ? time.aheadMs : undefined,
      lineTooSlow: this.#lineTooSlow,
    };
  }

  isYoung = (ageMs: number): boolean => this.#watch.isYoung(ageMs);
  refresh = (): Promise<void> => this.#watch.refresh();

  /** For whoever asks how the terminal stands. */
  get report(): Required<Pick<StatusReport, 'hubOnline' | 'hub'>> {
    const facts = this.facts();
    const { validity, standing } = facts;
    const { aheadMs } = this.#watch.time;
    const { failure: linkFailure, bytesPerSecond } = this.link;
    const reason = linkFailure && reasonOf(linkFailure);
    const why = linkFailure?.code ?? standing.failure;
    const { count, last } = this.#unused;
    return {
      hubOnline: standing.is === 'there',
      hub: {
        brokerOnline: this.link.online,
        ...(why && { failure: why }),
        ...(reason !== undefined && { reason }),
        ...(bytesPerSecond !== undefined && { bytesPerSecond: Math.round(bytesPerSecond) }),
        ...(aheadMs !== undefined && { clockAheadMs: aheadMs }),
        certificate: { file: validity.file, until: dayOf(validity.until), days: daysLeft(facts) },
        unused: count,
        ...(last && { lastUnused: last }),
      },
    };
  }

  async close(): Promise<void> {
    this.#watch.close();
    await this.link.close();
  }
}
