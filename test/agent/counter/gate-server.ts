// The gate's end of a door that knows one command: `close`, which tells who answered.
import type { Duplex } from 'node:stream';
import * as v from 'valibot';
import type { Clock } from '../../../drivers/base/clock.ts';
import type { Log } from '../../../drivers/base/log.ts';
import type { GateCommands, GateEvents } from '../../../drivers/contract/commands.ts';
import { type ServedDoor, serveDoor } from '../../../drivers/door/server.ts';
import type { CommandSet } from '../../../drivers/door/types.ts';

const commands = {
  close: { params: v.object({ transaction: v.string() }), run: async () => ({ pid: process.pid }) },
} as unknown as CommandSet<GateCommands>;

export const serveGate = (
  line: Duplex,
  { clock, log }: { clock: Clock; log: Log },
): Promise<ServedDoor<GateCommands, GateEvents>> =>
  serveDoor(line, { role: 'gate', peer: 'agent', software: 'test', commands, clock, log });
