// A server at the other end of a door. A test sends any message with it, without checks.
import { duplexPair } from 'node:stream';
import type { Log } from '../../../drivers/base/log.ts';
import { type Door, openDoor } from '../../../drivers/door/client.ts';
import { DoorLink } from '../../../drivers/door/door-link.ts';
import type { DoorMessage } from '../../../drivers/door/message.ts';
import type { DoorTable } from '../../../drivers/door/types.ts';
import { ManualClock } from '../../manual-clock.ts';

type Command = Extract<DoorMessage, { is: 'command' }>;
type Line = [event: string, fields: object];

/** A log whose lines a test can read. */
export function notedLog(): Log & { lines: Line[] } {
  const lines: Line[] = [];
  const note = (event: string, fields: object = {}) => void lines.push([event, fields]);
  return { lines, info: note, warn: note, error: note };
}

export interface RawServer<D extends DoorTable> {
  door: Door<D>;
  link: DoorLink;
  clock: ManualClock;
  /** The log of the client. */
  log: ReturnType<typeof notedLog>;
}

/** `onCommand` receives each command after its acknowledgement. */
export async function rawServer<D extends DoorTable>(
  table: D,
  onCommand: (command: Command, link: DoorLink) => void,
): Promise<RawServer<D>> {
  const [a, b] = duplexPair();
  const clock = new ManualClock();
  const log = notedLog();
  const link = new DoorLink(b);
  link.listen(message => {
    if (message.is !== 'command') return;
    link.send({ is: 'acknowledge', id: message.id });
    onCommand(message, link);
  });
  link.send({ is: 'hello', door: 'madoguchi', version: 1, role: 'gate', software: 'raw' });
  const door = await openDoor(a, { role: 'agent', peer: 'gate', software: 'test', table, clock, log });
  return { door, link, clock, log };
}
