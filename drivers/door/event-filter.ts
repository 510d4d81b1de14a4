// Forwards the events that a door's table allows and drops others. The door stays open: a wrong event must not stop a
// print that is running.
import type { EventSchemas } from '../base/event.ts';
import type { Log } from '../base/log.ts';
import { check } from './check.ts';

interface SentEvent {
  name: string;
  payload: unknown;
}

export class EventFilter {
  readonly #log: Log;
  readonly #logged = new Set<string>();

  constructor(log: Log) {
    this.#log = log;
  }

  /**
   * Returns the event after its schema's check, or undefined if it is dropped. Only the first dropped event of each name is
   * logged, so that no peer can fill the log. `command`: the command that sent the event while it ran.
   */
  admit({ name, payload }: SentEvent, schemas: EventSchemas = {}, command?: string): SentEvent | undefined {
    const schema = Object.hasOwn(schemas, name) ? schemas[name] : undefined;
    if (!schema) return this.#drop('(unknown)', '(name)', command);
    const checked = check(schema, payload);
    if (!checked.ok) return this.#drop(name, checked.field, command);
    return { name, payload: checked.value };
  }

  #drop(event: string, field: string, command?: string): undefined {
    const what = `${command ?? ''} ${event}`;
    if (this.#logged.has(what)) return;
    this.#logged.add(what);
    this.#log.error('event refused', { ...(command !== undefined && { command }), event, field });
  }
}
