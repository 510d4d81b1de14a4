// Keeps the door to the gate open: connects, starts the gate itself where it is told how, and comes back with growing,
// jittered pauses when gate or door are gone.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import type { Clock } from '../../drivers/base/clock.ts';
import { startDeadline } from '../../drivers/base/deadline.ts';
import { failure, type Log } from '../../drivers/base/log.ts';
import { type CallOptions, type Door, openDoor } from '../../drivers/door/client.ts';
import { DoorError, isDoorError } from '../../drivers/door/error.ts';
import type { CommandEventOf, CommandName, ParamsOf, ResultOf } from '../../drivers/door/types.ts';
import { type GateDoor, type GateEvent, gateDoor } from '../commands/gate-door.ts';

const initialPauseMs = 100;
const maxPauseMs = 10_000;
/** Failures in a row before the log hears of it, once: a gate that is just starting is none. */
const tellAfter = 5;
/** How long a door must have been open for its end not to count: a gate that dies at once is not run after. */
const soundMs = 30_000;
/** The gate runs and says nothing: one that was started here is ended, and another started. */
const hanging: ReadonlySet<string> = new Set(['door/stuck', 'door/handshake']);
/** How long a gate that was started here has to end by itself, in ms. */
const graceMs = 5_000;

export interface GateKeeperOptions {
  /** The gate's Unix socket. */
  socket: string;
  /** argv of the gate, to start it as a child (a developer's machine); left out where a service manager does. */
  command?: readonly string[];
  software: string;
  clock: Clock;
  log: Log;
  /** [0, 1) */
  random: () => number;
}

export type GateNews = { is: 'open' } | { is: 'closed' } | { is: 'event'; event: GateEvent };

export class GateKeeper {
  readonly #options: GateKeeperOptions;
  readonly #stop = new AbortController();
  readonly #listeners: ((news: GateNews) => void)[] = [];
  #door: Door<GateDoor> | undefined;
  #child: ChildProcess | undefined;
  #loop: Promise<void> | undefined;

  constructor(options: GateKeeperOptions) {
    this.#options = options;
  }

  onNews(listener: (news: GateNews) => void): void {
    this.#listeners.push(listener);
  }

  /** Errors: those of Door.call; door/closed at once while there is no door. */
  async call<N extends CommandName<GateDoor>>(
    name: N,
    params: ParamsOf<GateDoor, N>,
    options: CallOptions<CommandEventOf<GateDoor, N>>,
  ): Promise<ResultOf<GateDoor, N>> {
    if (!this.#door) throw new DoorError('door/closed');
    return this.#door.call(name, params, options);
  }

  start(): void {
    this.#loop ??= this.#keep();
  }

  /** Closes the door, ends a gate that was started here, and waits for it. */
  async close(): Promise<void> {
    this.#stop.abort();
    await this.#loop;
    const child = this.#child;
    if (!child) return;
    const gone = once(child, 'exit');
    child.kill('SIGTERM');
    const hurry = startDeadline(this.#options.clock, graceMs, () => child.kill('SIGKILL'));
    await gone;
    hurry();
  }

  async #keep(): Promise<void> {
    const { clock, log, random } = this.#options;
    // counted apart: a gate that takes its time to start would else be called on ever more rarely after each death
    let [failures, deaths] = [0, 0];
    while (!this.#stop.signal.aborted) {
      let inARow: number;
      try {
        const openMs = await this.#stayOpen();
        failures = 0;
        if (openMs > soundMs) deaths = 0;
        inARow = deaths++;
      } catch (error) {
        if (failures === tellAfter) log.warn('gate not reached', failure(error));
        if (isDoorError(error) && hanging.has(error.code)) this.#child?.kill('SIGKILL');
        // only now: a gate that outlived its agent goes on, and another beside it could not
        this.#startChild();
        inARow = failures++;
      }
      const pauseMs = random() * Math.min(initialPauseMs * 2 ** inARow, maxPauseMs);
      await clock.sleep(Math.max(pauseMs, initialPauseMs / 2), this.#stop.signal).catch(() => undefined); // stopped
    }
  }

  /** Opens the door and returns when it has closed: how long it was open, in ms. Errors: those of openDoor, door/stuck. */
  async #stayOpen(): Promise<number> {
    const { socket, software, clock, log } = this.#options;
    const line = connect({ path: socket, signal: this.#stop.signal });
    await once(line, 'connect');
    const door = await openDoor(line, {
      role: 'agent',
      peer: 'gate',
      software,
      table: gateDoor,
      clock,
      log,
    });
    const closed = new Promise<DoorError>(resolve => door.onClose(resolve));
    door.onEvent(event => this.#tell({ is: 'event', event }));
    this.#door = door;
    const openedMs = clock.now();
    this.#tell({ is: 'open' });
    const why = await closed;
    this.#door = undefined;
    this.#tell({ is: 'closed' });
    if (hanging.has(why.code)) throw why;
    return clock.now() - openedMs;
  }

  #startChild(): void {
    const [command, ...args] = this.#options.command ?? [];
    if (command === undefined || this.#child) return;
    const child = spawn(command, args, {
      stdio: ['ignore', 'inherit', 'inherit'],
      env: { PATH: process.env.PATH },
    });
    child.on('error', error => this.#options.log.error('gate not started', failure(error)));
    if (child.pid === undefined) return; // there is nothing to end, and no `exit` will come
    this.#child = child;
    child.on('exit', (code, signal) => {
      this.#child = undefined;
      if (this.#stop.signal.aborted) return; // it was told to
      this.#options.log.warn('gate ended', { code: code ?? -1, signal: signal ?? '' });
    });
  }

  #tell(news: GateNews): void {
    for (const listener of this.#listeners) listener(news);
  }
}
