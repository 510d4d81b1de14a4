// An agent that comes to a gate's door over its Unix socket.
import { connect, type Socket } from 'node:net';
import { systemClock } from '../../../drivers/base/clock.ts';
import type { GateCommands, GateEvents } from '../../../drivers/contract/commands.ts';
import { type Door, openDoor } from '../../../drivers/door/client.ts';
import type { Rig } from './gate-rig.ts';

export interface Agent {
  socket: Socket;
  door: Door<GateCommands, GateEvents>;
}

export async function agent(path: string): Promise<Agent> {
  const socket = connect(path);
  const greeting = { role: 'agent', peer: 'gate', software: 'test' } as const;
  return { socket, door: await openDoor(socket, { ...greeting, clock: systemClock }) };
}

/** The rig as this agent sees it. */
export const through = (b: Rig, { door }: Agent): Rig => ({
  ...b,
  call: (name, params) =>
    door.call(name, params, { timeoutMs: 5000, onEvent: event => b.events.push(event) }),
});
