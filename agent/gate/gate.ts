// The running gate: serves its door to one agent after another, and ends a transaction when its agent is lost.
import type { Socket } from 'node:net';
import { setImmediate } from 'node:timers/promises';
import { failure } from '../../drivers/base/log.ts';
import { type ServedDoor, serveDoor } from '../../drivers/door/server.ts';
import { type GateDoor, type GateEvent, gateDoor } from '../commands/gate-door.ts';
import { gateCommands } from './gate-commands.ts';
import type { GateParts } from './gate-parts.ts';
import { LeftoverJobs } from './print/leftover-jobs.ts';
import { Session } from './transaction/session.ts';
import { listenOneByOne } from './unix-listener.ts';

export interface RunningGate {
  /** Sends an event to the agent, where one is connected. */
  emit(event: GateEvent): void;
  /** Takes no more agents, ends the transaction (waits for a print under way) and closes the agent's connection. */
  close(): Promise<void>;
}

/** Listens at `settings.socket`. Errors: gate/alreadyRunning. */
export async function startGate(parts: GateParts): Promise<RunningGate> {
  const { clock, log, settings, printer } = parts;
  const session = new Session(clock);
  const leftovers = new LeftoverJobs({ printer, clock, log, isInUse: name => session.usesJob(name) });
  const commands = gateCommands(parts, session, leftovers);
  let door: ServedDoor<GateDoor> | undefined;

  const serve = async (client: Socket): Promise<void> => {
    const greeting = { role: 'gate', peer: 'agent', software: 'madoguchi' } as const;
    try {
      door = await serveDoor(client, { ...greeting, table: gateDoor, commands, clock, log });
    } catch (error) {
      log.warn('agent turned away', failure(error));
      return;
    }
    const { promise: gone, resolve: leave } = Promise.withResolvers<void>();
    door.onClose(why => {
      log.info('agent gone', failure(why));
      leave();
    });
    log.info('agent came');
    await gone;
    door = undefined;
    await session.abandon();
  };

  const listener = await listenOneByOne(settings.socket, serve);
  void leftovers.look();
  log.info('gate listens', { socket: settings.socket });
  return {
    emit: event => door?.emit(event),
    async close() {
      leftovers.close();
      await session.close();
      await setImmediate(); // so that the outcome of a print that just ended is sent first
      door?.close();
      await listener.close();
      await session.close(); // a transaction that was opened meanwhile
    },
  };
}
