// Keeps the door to the gate open. Starts the gate as a child where a command for it is configured.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import type { Clock } from '../../drivers/base/clock.ts';
import { startDeadline } from '../../drivers/base/deadline.ts';
import { keepAlive } from '../../drivers/base/keep-alive.ts';
import { failure, type Log } from '../../drivers/base/log.ts';
import { type CallOptions, type Door, openDoor } from '../../drivers/door/client.ts';
import { DoorError, isDoorError } from '../../drivers/door/error.ts';
import type { CommandEventOf, CommandName, ParamsOf, ResultOf } from '../../drivers/door/types.ts';
import { type GateDoor, type GateEvent, gateDoor } from '../commands/gate-door.ts';

const pauses = {
  initialMs: 100,
  maxMs: 10_000,
  /** A gate that was just started needs a moment to listen. */
  minMs: 50,
  stableMs: 30_000,
  /** A gate that takes its time to start is not looked for ever more rarely because it died before. */
  countsApart: true,
};
/** A gate that is just starting fails a few times. The log gets one line when it has failed once more often than this. */
const failuresBeforeLog = 5;
/** Errors of a gate that runs and does not answer. One that was started here is killed, and another is started. */
const hanging: ReadonlySet<string> = new Set(['door/stuck', 'door/handshake']);
/** How long a gate that was started here has to end by itself, in ms: an agent ends within 5 s of its signal. */
const graceMs = 4_000;

export interface GateKeeperOptions {
  /** The gate's Unix socket. */
  socket: string;
  /** argv of the gate, to start it as a child (a developer's machine); left out where a service manager starts it. */
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
    const { clock, random } = this.#options;
    this.#loop ??= keepAlive(up => this.#stayOpen(up), {
      ...pauses,
      clock,
      random,
      signal: this.#stop.signal,
      onFailure: (error, attempt) => this.#onFailure(error, attempt),
    });
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

  /** Starts a child only after an attempt failed: a gate that outlived its agent still serves, and a second one could not. */
  #onFailure(error: unknown, attempt: number): void {
    if (attempt === failuresBeforeLog) this.#options.log.warn('gate not reached', failure(error));
    if (isHanging(error)) this.#child?.kill('SIGKILL');
    this.#startChild();
  }

  /** Opens the door, and returns when it has closed. Errors: those of the socket and of openDoor; door/stuck. */
  async #stayOpen(up: () => void): Promise<void> {
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
    up();
    this.#tell({ is: 'open' });
    const why = await closed;
    this.#door = undefined;
    this.#tell({ is: 'closed' });
    if (isHanging(why)) throw why;
  }

  #startChild(): void {
    const [command, ...args] = this.#options.command ?? [];
    if (command === undefined || this.#child) return;
    const { PATH, NODE_COMPILE_CACHE } = process.env;
    const child = spawn(command, args, {
      stdio: ['ignore', 'inherit', 'inherit'],
      // a developer's machine may keep what Node compiles; a service has no such variable, and the gate passes it to nobody
      env: { PATH, ...(NODE_COMPILE_CACHE && { NODE_COMPILE_CACHE }) },
    });
    child.on('error', error => this.#options.log.error('gate not started', failure(error)));
    if (child.pid === undefined) return; // it was not started: there is nothing to end, and no `exit` event will come
    this.#child = child;
    child.on('exit', (code, signal) => {
      this.#child = undefined;
      if (this.#stop.signal.aborted) return; // `close` ended it
      this.#options.log.warn('gate ended', { code: code ?? -1, signal: signal ?? '' });
    });
  }

  #tell(news: GateNews): void {
    for (const listener of this.#listeners) listener(news);
  }
}

const isHanging = (error: unknown): boolean => isDoorError(error) && hanging.has(error.code);
