// The client end of a door: the agent calls the gate, the gate calls the native process. Results and events are checked
// against the door's table: a caller gets a result that the table allows, or a coded error.
import type { Duplex } from 'node:stream';
import type { Clock } from '../base/clock.ts';
import { startDeadline } from '../base/deadline.ts';
import type { Log } from '../base/log.ts';
import { check } from './check.ts';
import { DoorLink, type Greeting, greet } from './door-link.ts';
import { DoorError } from './error.ts';
import { EventFilter } from './event-filter.ts';
import type { DoorMessage, Hello } from './message.ts';
import type {
  CommandEventOf,
  CommandName,
  CommandSchemas,
  DoorEvent,
  DoorTable,
  ParamsOf,
  ResultOf,
} from './types.ts';
import { fromWire } from './wire-error.ts';

/** Max. wait for a command's acknowledgement, in ms. A working peer acknowledges every command at once. */
const acknowledgeMs = 10_000;

export interface CallOptions<E> {
  /** Max. wait for the completion, in ms. It is also sent to the server, which then ends the command. */
  timeoutMs: number;
  /** Asks the server to cancel the command. The command's completion still decides the result of the call. */
  signal?: AbortSignal | undefined;
  onEvent?: ((event: E) => void) | undefined;
}

export interface DoorOptions<D extends DoorTable> extends Greeting {
  table: D;
  clock: Clock;
  /** Logs what was refused: the names of the command or event and of the field, never a value. */
  log: Log;
  /** Max. commands that run at the same time. Default 16. */
  maxPending?: number;
}

interface Pending {
  name: string;
  schemas: CommandSchemas | undefined;
  onEvent: ((event: never) => void) | undefined;
  settle(outcome: { ok: unknown } | { error: Error }): void;
}

export class Door<D extends DoorTable> {
  /** The greeting of the other side. */
  readonly peer: Hello;
  #link: DoorLink;
  #table: D;
  #clock: Clock;
  #log: Log;
  #events: EventFilter;
  #maxPending: number;
  #pending = new Map<number, Pending>();
  /** By command: stops the deadline of its acknowledgement. */
  #unacknowledged = new Map<number, () => void>();
  #lastId = 0;
  #closedBy: DoorError | undefined;
  #listeners: ((event: DoorEvent<D>) => void)[] = [];

  constructor(link: DoorLink, peer: Hello, options: DoorOptions<D>) {
    this.#link = link;
    this.peer = peer;
    this.#table = options.table;
    this.#clock = options.clock;
    this.#log = options.log;
    this.#events = new EventFilter(options.log);
    this.#maxPending = options.maxPending ?? 16;
    link.onClose(why => {
      this.#closedBy = why;
      for (const stop of this.#unacknowledged.values()) stop();
      for (const call of [...this.#pending.values()]) call.settle({ error: why });
    });
    link.listen(message => this.#take(message));
  }

  /**
   * Errors: the server's own codes, as a MadoguchiError; door/timeout (a cancel was sent), door/canceled,
   * door/queueFull (not sent), door/closed, door/stuck (no acknowledgement was received: the door closes),
   * door/unknownCommand, door/badParams, door/internal; door/badResult, with detail.command and detail.field (the table
   * does not allow the result: the effect of the command is then unknown, and the door stays open).
   */
  async call<N extends CommandName<D>>(
    name: N,
    params: ParamsOf<D, N>,
    options: CallOptions<CommandEventOf<D, N>>,
  ): Promise<ResultOf<D, N>> {
    const { timeoutMs, signal, onEvent } = options;
    if (this.#closedBy) throw this.#closedBy;
    if (signal?.aborted) throw new DoorError('door/canceled');
    if (this.#pending.size >= this.#maxPending) throw new DoorError('door/queueFull');
    const id = ++this.#lastId;
    const { promise, resolve, reject } = Promise.withResolvers<ResultOf<D, N>>();
    const cancel = () => this.#link.send({ is: 'cancel', id });
    const stop = startDeadline(this.#clock, timeoutMs, () => {
      cancel();
      settle({ error: new DoorError('door/timeout', { detail: { command: name } }) });
    });
    const settle: Pending['settle'] = outcome => {
      stop();
      signal?.removeEventListener('abort', cancel);
      this.#pending.delete(id);
      if ('error' in outcome) reject(outcome.error);
      else resolve(outcome.ok as ResultOf<D, N>);
    };
    signal?.addEventListener('abort', cancel, { once: true });
    const schemas = Object.hasOwn(this.#table.commands, name) ? this.#table.commands[name] : undefined;
    this.#pending.set(id, { name, schemas, onEvent, settle });
    try {
      this.#link.send({ is: 'command', id, name, params, timeoutMs });
      this.#expectAcknowledgement(id, name);
    } catch (error) {
      settle({ error: error as Error });
    }
    return promise;
  }

  /** Called for each event that the table allows. Other events are logged and dropped; the door stays open. */
  onEvent(listener: (event: DoorEvent<D>) => void): void {
    this.#listeners.push(listener);
  }

  /** `listener` is called once, with the reason why the door closed. */
  onClose(listener: (why: DoorError) => void): void {
    this.#link.onClose(listener);
  }

  /** Every pending command fails with door/closed. */
  close(): void {
    this.#link.close(new DoorError('door/closed'));
  }

  #expectAcknowledgement(id: number, command: string): void {
    if (this.#closedBy) return;
    const onTimeout = () => this.#link.close(new DoorError('door/stuck', { detail: { command } }), 'now');
    this.#unacknowledged.set(id, startDeadline(this.#clock, acknowledgeMs, onTimeout));
  }

  #take(message: DoorMessage): void {
    if (message.is === 'event' && message.id === undefined) {
      const event = this.#events.admit(message, this.#table.events) as DoorEvent<D> | undefined;
      if (event) for (const listener of this.#listeners) listener(event);
      return;
    }
    if (message.is === 'hello' || message.is === 'command' || message.is === 'cancel')
      throw new DoorError('door/protocol', { detail: { is: message.is } });
    this.#unacknowledged.get(message.id!)?.();
    this.#unacknowledged.delete(message.id!);
    const call = this.#pending.get(message.id!);
    if (!call) return; // the call has timed out
    if (message.is === 'event') {
      const event = this.#events.admit(message, call.schemas?.events, call.name);
      if (event) call.onEvent?.(event as never);
    } else if (message.is === 'completion') this.#complete(call, message.ok);
    else if (message.error) call.settle({ error: fromWire(message.error) });
  }

  #complete({ name, schemas, settle }: Pending, ok: unknown): void {
    const checked = schemas ? check(schemas.result, ok) : ({ ok: false, field: '(all)' } as const);
    if (checked.ok) {
      settle({ ok: checked.value });
      return;
    }
    const detail = { command: name, field: checked.field };
    this.#log.error('result refused', detail);
    settle({ error: new DoorError('door/badResult', { detail }) });
  }
}

/** Exchanges greetings as the client. Errors: door/version, door/role, door/handshake, door/closed, door/frame. */
export async function openDoor<D extends DoorTable>(
  duplex: Duplex,
  options: DoorOptions<D>,
): Promise<Door<D>> {
  const link = new DoorLink(duplex);
  const peer = await greet(link, options, options.clock);
  return new Door<D>(link, peer, options);
}
