// An event that one of our programs sends to another: its name and its payload.
import type * as v from 'valibot';

/** Schema of each event's payload, by the event's name. */
export type EventSchemas = Readonly<Record<string, v.GenericSchema>>;

/** The union of these events, discriminated by `name`. */
export type EventOf<E extends EventSchemas> = {
  [N in keyof E & string]: { name: N; payload: v.InferOutput<E[N]> };
}[keyof E & string];
