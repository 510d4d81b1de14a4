// The answering end of a door: checks parameters, runs commands side by side, and completes each exactly once.
import type { Duplex } from 'node:stream';
import * as v from 'valibot';
import type { Clock } from '../base/clock.ts';
import { startDeadline } from '../base/deadline.ts';
import { isMadoguchiError } from '../base/error.ts';
import { failure, type Log } from '../base/log.ts';
import { DoorError } from './error.ts';
import { DoorLink, type Greeting, greet } from './link.ts';
import type { DoorMessage, Hello, WireError } from './message.ts';
import type { Command, CommandSet, CommandTable, EventOf } from './types.ts';

export interface ServeOptions<C extends CommandTable<C>> extends Greeting {
  commands: CommandSet<C>;
  clock: Clock;
  log: Log;
  /** Commands that may run at once; one more is refused with door/queueFull. Default 16. */
  maxRunning?: number;
}

type CommandMessage = Extract<DoorMessage, { is: 'command' }>;

interface Admitted {
  command: Command<unknown, unknown>;
  params: unknown;
}

export class ServedDoor<C extends CommandTable<C>, E> {
  readonly peer: Hello;
  #link: DoorLink;
  #options: ServeOptions<C>;
  #running = new Map<number, AbortController>();

  constructor(link: DoorLink, peer: Hello, options: ServeOptions<C>) {
    this.#link = link;
    this.peer = peer;
    this.#options = options;
    link.onClose(why => {
      for (const command of this.#running.values()) command.abort(why);
    });
    link.listen(message => this.#take(message));
  }

  /** An event that answers no command. A peer that no longer reads loses the door, not the event alone. */
  emit(event: EventOf<E>): void {
    this.#link.send({ is: 'event', name: event.name, payload: event.payload });
  }

  onClose(listener: (why: DoorError) => void): void {
    this.#link.onClose(listener);
  }

  /** Every running command's signal aborts. */
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
    void this.#run(message, admitted.command, admitted.params);
  }

  #admit({ name, params }: CommandMessage): Admitted | DoorError {
    const { commands, maxRunning = 16 } = this.#options;
    if (this.#running.size >= maxRunning) return new DoorError('door/queueFull');
    if (!Object.hasOwn(commands, name)) return new DoorError('door/unknownCommand', { detail: { name } });
    const command = commands[name as keyof C] as Command<unknown, unknown>;
    const checked = v.safeParse(command.params, params, { abortEarly: true });
    if (checked.success) return { command, params: checked.output };
    const field = v.getDotPath(checked.issues[0]) ?? '(all)';
    return new DoorError('door/badParams', { detail: { name, field } });
  }

  /** Never rejects: every end of a command is a completion or a failure. */
  async #run(message: CommandMessage, command: Command<unknown, unknown>, params: unknown) {
    const { id, name, timeoutMs } = message;
    const { clock } = this.#options;
    const controller = new AbortController();
    this.#running.set(id, controller);
    const deadlineMs = clock.now() + timeoutMs;
    const stop = startDeadline(clock, timeoutMs, () => controller.abort(new DoorError('door/timeout')));
    try {
      const ok = await command.run(params, {
        signal: controller.signal,
        deadlineMs,
        emit: ({ name, payload }) => this.#link.send({ is: 'event', id, name, payload }),
      });
      this.#link.send({ is: 'completion', id, ok });
    } catch (error) {
      this.#link.send({ is: 'failure', id, error: toWire(this.#coded(error, name)) });
    } finally {
      stop();
      this.#running.delete(id);
    }
  }

  #coded(error: unknown, command: string): unknown {
    if (!isMadoguchiError(error)) this.#options.log.error('command failed', { command, ...failure(error) });
    return error;
  }
}

/** Greets as a server, then answers. Errors: door/version, door/role, door/handshake, door/closed, door/frame. */
export async function serveDoor<C extends CommandTable<C>, E>(
  duplex: Duplex,
  options: ServeOptions<C>,
): Promise<ServedDoor<C, E>> {
  const link = new DoorLink(duplex);
  const peer = await greet(link, options, options.clock);
  return new ServedDoor<C, E>(link, peer, options);
}

/** Codes pass as they are. An error without one becomes door/internal, and its message stays here. */
function toWire(error: unknown): WireError {
  const { code, completion, message, hint, detail } = isMadoguchiError(error)
    ? error
    : new DoorError('door/internal');
  return { code, completion, message: message.slice(0, 500), hint: hint.slice(0, 500), detail };
}
