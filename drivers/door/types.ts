// A door's table of commands and events, and the types that both ends derive from it.
import type * as v from 'valibot';
import type { EventOf, EventSchemas } from '../base/event.ts';

export interface CommandSchemas {
  params: v.GenericSchema;
  /** The payload of the completion. */
  result: v.GenericSchema;
  /** Sent while it runs. */
  events?: EventSchemas;
}

/** Everything that may pass a door. Both ends have the same table and check against it what they send and receive. */
export interface DoorTable {
  commands: Readonly<Record<string, CommandSchemas>>;
  /** Sent by the server at any time, not in answer to a command. */
  events: EventSchemas;
}

export type CommandName<D extends DoorTable> = keyof D['commands'] & string;
export type ParamsOf<D extends DoorTable, N extends CommandName<D>> = v.InferOutput<
  D['commands'][N]['params']
>;
export type ResultOf<D extends DoorTable, N extends CommandName<D>> = v.InferOutput<
  D['commands'][N]['result']
>;

/** An event that the server sends at any time, not in answer to a command. */
export type DoorEvent<D extends DoorTable> = EventOf<D['events']>;

type EventsIn<S extends CommandSchemas> = S extends { events: infer E extends EventSchemas }
  ? EventOf<E>
  : never;

/** An event that is sent while a command runs. */
export type CommandEventOf<D extends DoorTable, N extends CommandName<D> = CommandName<D>> = {
  [M in N]: EventsIn<D['commands'][M]>;
}[N];

export interface CommandContext<E> {
  /** Aborts when the caller cancels, the time limit passes or the door closes. The reason is a DoorError. */
  signal: AbortSignal;
  /** The command's deadline, in ms of the server's clock. */
  deadlineMs: number;
  /** Sends an event. An event that the table does not allow for this command is logged and not sent. */
  emit(event: E): void;
}

/** How a server runs a command. `params` have been checked against their schema. */
export interface Command<P, R, E> {
  run(params: P, context: CommandContext<E>): Promise<R>;
}

export type CommandSet<D extends DoorTable> = {
  [N in CommandName<D>]: Command<ParamsOf<D, N>, ResultOf<D, N>, CommandEventOf<D>>;
};
