// How a door's table of commands and events becomes types for both of its ends.
import type * as v from 'valibot';
import type { CommandEvents } from '../contract/commands.ts';

/** name: [parameters, completion]. */
export type CommandTable<C> = { [N in keyof C]: [unknown, unknown] };

/** One of a table of events, told apart by `name`. */
export type EventOf<E> = { [N in keyof E & string]: { name: N; payload: E[N] } }[keyof E & string];

/** Sent while a command runs. */
export type CommandEvent = EventOf<CommandEvents>;

export interface CommandContext {
  /** Aborts when the caller cancels, the time is over or the door closes; the reason is a DoorError. */
  signal: AbortSignal;
  /** When the time is over, in ms of the server's clock. */
  deadlineMs: number;
  emit(event: CommandEvent): void;
}

/** A command as a server has it: what its parameters must be, and what it does. */
export interface Command<P, R> {
  params: v.GenericSchema<unknown, P>;
  run(params: P, context: CommandContext): Promise<R>;
}

export type CommandSet<C extends CommandTable<C>> = { [N in keyof C]: Command<C[N][0], C[N][1]> };
