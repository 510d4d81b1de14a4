// Keeps a native process running: starts it, sends it its settings, and starts another after a wait when it ends.
import type { Clock } from '../../../drivers/base/clock.ts';
import { keepAlive } from '../../../drivers/base/keep-alive.ts';
import { failure, type Log } from '../../../drivers/base/log.ts';
import { type NativeDoor, type NativeEvent, nativeDoor } from '../../../drivers/contract/native-door.ts';
import type { NativeSettings } from '../../../drivers/contract/native-settings.ts';
import { type CallOptions, type Door, openDoor } from '../../../drivers/door/client.ts';
import { isDoorError } from '../../../drivers/door/error.ts';
import type { CommandEventOf, CommandName, ParamsOf, ResultOf } from '../../../drivers/door/types.ts';
import { GateRefusal } from '../gate-refusal.ts';
import type { NativePort } from './native-port.ts';
import type { NativeProcess } from './native-process.ts';

const pauses = { initialMs: 500, maxMs: 30_000, stableMs: 60_000 };
/** Max wait for its greeting, in ms: Node and its addons start slowly on a slow or busy board. */
const startMs = 30_000;
const configureMs = 10_000;

export interface KeeperOptions {
  start: () => NativeProcess;
  settings: NativeSettings;
  clock: Clock;
  log: Log;
  /** In [0, 1). */
  random: () => number;
  onEvent: (event: NativeEvent) => void;
  /** Called when the process is ready for commands, and when it has ended. */
  onOnline: (online: boolean) => void;
}

export class NativeKeeper implements NativePort {
  #options: KeeperOptions;
  #door: Door<NativeDoor> | undefined;
  #stop = new AbortController();
  #running: Promise<void> | undefined;

  constructor(options: KeeperOptions) {
    this.#options = options;
  }

  start(): void {
    const { clock, log, random } = this.#options;
    this.#running ??= keepAlive(up => this.#runOne(up), {
      ...pauses,
      clock,
      random,
      signal: this.#stop.signal,
      onFailure: error => log.error('native not started', failure(error)),
      onWait: ({ waitMs }) => log.warn('native starts again', { waitMs: Math.round(waitMs) }),
    });
  }

  get online(): boolean {
    return this.#door !== undefined;
  }

  /**
   * Errors: those of Door.call; gate/nativeAway where no process is ready, or where it dies while the command runs: then it is not
   * known what its device did.
   */
  async call<N extends CommandName<NativeDoor>>(
    name: N,
    params: ParamsOf<NativeDoor, N>,
    options: CallOptions<CommandEventOf<NativeDoor, N>>,
  ): Promise<ResultOf<NativeDoor, N>> {
    if (!this.#door) throw new GateRefusal('gate/nativeAway');
    try {
      return await this.#door.call(name, params, options);
    } catch (error) {
      if (isDoorError(error) && this.#door === undefined)
        throw new GateRefusal('gate/nativeAway', { cause: error, detail: { command: name } });
      throw error;
    }
  }

  /** Kills the process. Resolves when it has ended. */
  async close(): Promise<void> {
    this.#stop.abort();
    await this.#running;
  }

  /** Starts the process once, and resolves when it has ended. Errors: those of the system where it cannot be started. */
  async #runOne(up: () => void): Promise<void> {
    const { start, log } = this.#options;
    const native = start();
    const { promise: ended, resolve: end } = Promise.withResolvers<void>();
    const kill = () => native.kill();
    native.onExit(how => {
      if (!this.#stop.signal.aborted) log.warn('native ended', how);
      end();
    });
    this.#stop.signal.addEventListener('abort', kill, { once: true });
    try {
      await this.#greet(native, kill);
      up();
    } catch (error) {
      log.error('native not ready', failure(error));
      kill();
    }
    await ended;
    this.#stop.signal.removeEventListener('abort', kill);
  }

  async #greet(native: NativeProcess, kill: () => void): Promise<void> {
    const { clock, log, settings, onEvent, onOnline } = this.#options;
    const greeting = { role: 'gate', peer: 'native', software: 'madoguchi', helloMs: startMs } as const;
    const door = await openDoor(native.duplex, { ...greeting, table: nativeDoor, clock, log });
    door.onEvent(event => onEvent(event));
    await door.call('configure', settings, { timeoutMs: configureMs });
    this.#door = door;
    onOnline(true);
    door.onClose(() => {
      this.#door = undefined;
      onOnline(false);
      kill(); // a process without its door is useless
    });
  }
}
