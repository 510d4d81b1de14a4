// The gate's end of a door that knows one command: `putDocument`, which tells who answered.
import type { Duplex } from 'node:stream';
import { type GateDoor, gateDoor } from '../../../agent/commands/gate-door.ts';
import type { Clock } from '../../../drivers/base/clock.ts';
import type { Log } from '../../../drivers/base/log.ts';
import { type ServedDoor, serveDoor } from '../../../drivers/door/server.ts';
import type { CommandSet } from '../../../drivers/door/types.ts';

const commands = {
  putDocument: { run: async () => ({ received: process.pid }) },
} as unknown as CommandSet<GateDoor>;

export const serveGate = (
  line: Duplex,
  { clock, log }: { clock: Clock; log: Log },
): Promise<ServedDoor<GateDoor>> =>
  serveDoor(line, { role: 'gate', peer: 'agent', software: 'test', table: gateDoor, commands, clock, log });
