// An event that one of our programs passes to another: its name, and what it carries.
import type * as v from 'valibot';

/** What each event carries, by the event's name. */
export type EventSchemas = Readonly<Record<string, v.GenericSchema>>;

/** One of these events; `name` tells them apart. */
export type EventOf<E extends EventSchemas> = {
  [N in keyof E & string]: { name: N; payload: v.InferOutput<E[N]> };
}[keyof E & string];
