// An agent that comes to a gate's door over its Unix socket.
import { connect, type Socket } from 'node:net';
import { type GateDoor, gateDoor } from '../../../agent/commands/gate-door.ts';
import { systemClock } from '../../../drivers/base/clock.ts';
import { silentLog } from '../../../drivers/base/log.ts';
import { type Door, openDoor } from '../../../drivers/door/client.ts';
import type { Rig } from './gate-rig.ts';

export interface Agent {
  socket: Socket;
  door: Door<GateDoor>;
}

export async function agent(path: string): Promise<Agent> {
  const socket = connect(path);
  const greeting = { role: 'agent', peer: 'gate', software: 'test' } as const;
  const options = { ...greeting, table: gateDoor, clock: systemClock, log: silentLog };
  return { socket, door: await openDoor(socket, options) };
}

/** The rig as this agent sees it. */
export const through = (b: Rig, { door }: Agent): Rig => ({
  ...b,
  call: (name, params) =>
    door.call(name, params, { timeoutMs: 5000, onEvent: event => b.events.push(event) }),
});
