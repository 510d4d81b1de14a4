// Starts a whole terminal on real endpoints: virtual devices, enrolment at a hub, and the agent, gate and native process.
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { closeAll } from '../interrupted.ts';
import { adoptHome } from './adopt-home.ts';
import { AgentService } from './agent-service.ts';
import { type DeviceSay, type Devices, startDevices } from './devices.ts';
import { copyHome, enrol } from './enrol.ts';
import type { LogEntry } from './log-entry.ts';
import { onPart } from './terminal-error.ts';

export interface TerminalOptions {
  /** A folder for this terminal only. Its path is short, for it holds sockets. */
  dir: string;
  /** Where it enrols; or the home of an enrolment, which it uses in place. */
  hub: { enrolmentUrl: string; rootThumbprint: string; code: string } | { home: string };
  /** A terminal that is enrolled at this hub already: its home folder, which is copied, and its PIN pad's key. */
  enrolled?: { home: string; broker: string; pinpad: { initialKey: Buffer; ksn: Buffer } };
  /** Called after the enrolment and before the agent starts. */
  onEnrolled?(home: string, devices: Devices): Promise<void>;
  /** The agent's main file, where it is not the one of this tree. */
  agentMain?: string;
  /** A command in front of the agent's. */
  wrapAgent?: readonly string[];
  onDevice: DeviceSay;
  onLog(entry: LogEntry): void;
  /** What is started next. What was started before it is up. */
  onStarting?(part: 'devices' | 'enrolment' | 'agent'): void;
  /** When it is aborted during the start, everything that was started is ended. */
  signal?: AbortSignal | undefined;
}

export interface RunningTerminal {
  devices: Devices;
  agent: AgentService;
  /** The folder that the enrolment wrote. */
  home: string;
  /** Path of the Unix socket for a panel. */
  panelSocket: string;
  close(): Promise<void>;
}

/** Errors: TerminalError with the condition; the reason of `signal`. */
export async function startTerminal({
  dir,
  hub,
  enrolled,
  onEnrolled,
  agentMain,
  wrapAgent = [],
  onDevice,
  onLog,
  onStarting = () => {},
  signal,
}: TerminalOptions): Promise<RunningTerminal> {
  onStarting('devices');
  const devices = await startDevices(join(dir, 'devices'), onDevice, enrolled?.pinpad);
  const run = join(dir, 'run');
  const home = 'home' in hub ? hub.home : join(dir, 'home');
  const [panelSocket, gateSocket] = [join(run, 'panel.sock'), join(run, 'gate.sock')];
  const agent = new AgentService({
    ...{ home, panelSocket, gateSocket, onLog },
    main: agentMain,
    wrap: wrapAgent,
  });
  const close = () => closeAll([() => agent.stop(), () => devices.close()]);
  try {
    signal?.throwIfAborted();
    await mkdir(run, { recursive: true });
    onStarting('enrolment');
    if ('home' in hub) await onPart('enrolment', adoptHome(home, devices, gateSocket));
    else if (enrolled) await copyHome(enrolled.home, { home, broker: enrolled.broker, devices, gateSocket });
    else await onPart('enrolment', enrol({ home, dir: run, hub, devices, gateSocket, signal }), signal);
    await onEnrolled?.(home, devices);
    onStarting('agent');
    await agent.start(signal);
    return { devices, agent, home, panelSocket, close };
  } catch (error) {
    await close();
    throw error;
  }
}
