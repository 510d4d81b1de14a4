// The server end of a door: checks parameters, runs commands concurrently, and completes each exactly once. Results and
// events are checked before they are sent, so that this process logs its own faults.
import type { Duplex } from 'node:stream';
import type { Clock } from '../base/clock.ts';
import { startDeadline } from '../base/deadline.ts';
import { isMadoguchiError } from '../base/error.ts';
import { failure, type Log } from '../base/log.ts';
import { check } from './check.ts';
import { DoorLink, type Greeting, greet } from './door-link.ts';
import { DoorError } from './error.ts';
import { EventFilter } from './event-filter.ts';
import type { DoorMessage, Hello } from './message.ts';
import type { Command, CommandSchemas, CommandSet, DoorEvent, DoorTable } from './types.ts';
import { toWire } from './wire-error.ts';

export interface ServeOptions<D extends DoorTable> extends Greeting {
  table: D;
  commands: CommandSet<D>;
  clock: Clock;
  log: Log;
  /** Max. commands that run at the same time; further ones are refused with door/queueFull. Default 16. */
  maxRunning?: number;
}

type CommandMessage = Extract<DoorMessage, { is: 'command' }>;

interface Admitted {
  command: Command<unknown, unknown, { name: string; payload: unknown }>;
  schemas: CommandSchemas;
  params: unknown;
}

export class ServedDoor<D extends DoorTable> {
  readonly peer: Hello;
  #link: DoorLink;
  #options: ServeOptions<D>;
  #events: EventFilter;
  #running = new Map<number, AbortController>();

  constructor(link: DoorLink, peer: Hello, options: ServeOptions<D>) {
    this.#link = link;
    this.peer = peer;
    this.#options = options;
    this.#events = new EventFilter(options.log);
    link.onClose(why => {
      for (const command of this.#running.values()) command.abort(why);
    });
    link.listen(message => this.#take(message));
  }

  /**
   * Sends an event that belongs to no command. An event that the table does not allow is logged and not sent. The door
   * closes if the peer no longer reads.
   */
  emit(event: DoorEvent<D>): void {
    const admitted = this.#events.admit(event, this.#options.table.events);
    if (admitted) this.#link.send({ is: 'event', ...admitted });
  }

  onClose(listener: (why: DoorError) => void): void {
    this.#link.onClose(listener);
  }

  /** Aborts the signals of all running commands. */
  close(): void {
    this.#link.close(new DoorError('door/closed'));
  }

  #take(message: DoorMessage): void {
    if (message.is === 'cancel') this.#running.get(message.id)?.abort(new DoorError('door/canceled'));
    else if (message.is === 'command' && !this.#running.has(message.id)) this.#start(message);
    else throw new DoorError('door/protocol', { detail: { is: message.is } });
  }

  #start(message: CommandMessage): void {
    const { id } = message;
    const admitted = this.#admit(message);
    if (admitted instanceof DoorError) {
      this.#link.send({ is: 'acknowledge', id, error: toWire(admitted) });
      return;
    }
    this.#link.send({ is: 'acknowledge', id });
    void this.#run(message, admitted);
  }

  #admit({ name, params }: CommandMessage): Admitted | DoorError {
    const { commands, table, maxRunning = 16 } = this.#options;
    if (this.#running.size >= maxRunning) return new DoorError('door/queueFull');
    const schemas = Object.hasOwn(table.commands, name) ? table.commands[name] : undefined;
    if (!schemas) return new DoorError('door/unknownCommand', { detail: { name } });
    const command = commands[name as keyof typeof commands] as Admitted['command'];
    const checked = check(schemas.params, params);
    if (checked.ok) return { command, schemas, params: checked.value };
    return new DoorError('door/badParams', { detail: { name, field: checked.field } });
  }

  /** Never rejects: every command ends with a completion or a failure. */
  async #run({ id, name, timeoutMs }: CommandMessage, { command, schemas, params }: Admitted) {
    const { clock } = this.#options;
    const controller = new AbortController();
    this.#running.set(id, controller);
    const deadlineMs = clock.now() + timeoutMs;
    const stop = startDeadline(clock, timeoutMs, () => controller.abort(new DoorError('door/timeout')));
    const emit = (event: { name: string; payload: unknown }) => {
      const admitted = this.#events.admit(event, schemas.events, name);
      if (admitted) this.#link.send({ is: 'event', id, ...admitted });
    };
    try {
      const ok = await command.run(params, { signal: controller.signal, deadlineMs, emit });
      this.#link.send({ is: 'completion', id, ok: this.#checkResult(schemas, ok, name) });
    } catch (error) {
      this.#link.send({ is: 'failure', id, error: toWire(this.#coded(error, name)) });
    } finally {
      stop();
      this.#running.delete(id);
    }
  }

  /** Errors: door/badResult. */
  #checkResult({ result }: CommandSchemas, ok: unknown, command: string): unknown {
    const checked = check(result, ok);
    if (checked.ok) return checked.value;
    const detail = { command, field: checked.field };
    this.#options.log.error('result refused', detail);
    throw new DoorError('door/badResult', { detail });
  }

  #coded(error: unknown, command: string): unknown {
    if (!isMadoguchiError(error)) this.#options.log.error('command failed', { command, ...failure(error) });
    return error;
  }
}

/** Exchanges greetings as the server, then answers commands. Errors: door/version, door/role, door/handshake, door/closed, door/frame. */
export async function serveDoor<D extends DoorTable>(
  duplex: Duplex,
  options: ServeOptions<D>,
): Promise<ServedDoor<D>> {
  const link = new DoorLink(duplex);
  const peer = await greet(link, options, options.clock);
  return new ServedDoor<D>(link, peer, options);
}
