// One whole terminal on real endpoints: virtual devices, enrolment at a hub, and the real agent, gate and native process.
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Child } from '../child.ts';
import { type LogEntry, startAgent } from './agent-process.ts';
import { type DeviceSay, type Devices, startDevices } from './devices.ts';
import { enrol } from './enrol.ts';
import { TerminalError } from './terminal-error.ts';

export interface TerminalOptions {
  /** A folder of the terminal's own; short, for it holds sockets. */
  dir: string;
  /** The terminal's id at the hub. */
  terminal: string;
  hub: { enrolmentUrl: string; rootThumbprint: string; code: string };
  onDevice: DeviceSay;
  onLog(entry: LogEntry): void;
}

export interface RunningTerminal {
  devices: Devices;
  agent: Child;
  /** Where a panel connects. */
  panelSocket: string;
  close(): Promise<void>;
}

/** Longest wait from the agent's start to its panel socket, in ms: Node on a slow board with an empty file cache. */
const startWithinMs = 30_000;

/** Errors: TerminalError with the leg, and those of the parts. */
export async function startTerminal(options: TerminalOptions): Promise<RunningTerminal> {
  const { dir, terminal, hub, onDevice, onLog } = options;
  const devices = await startDevices(join(dir, 'devices'), onDevice);
  let agent: Child | undefined;
  try {
    const home = join(dir, 'home');
    const run = join(dir, 'run');
    await mkdir(run, { recursive: true });
    const [panelSocket, gateSocket] = [join(run, 'panel.sock'), join(run, 'gate.sock')];
    await enrol({ home, dir: run, terminal, hub, devices, gateSocket });
    const serving = Promise.withResolvers<void>();
    agent = startAgent({
      home,
      panelSocket,
      gateSocket,
      onLog: entry => {
        if (entry.msg === 'agent serves') serving.resolve();
        onLog(entry);
      },
    });
    await firstOf(serving.promise, agent);
    const running = agent;
    return {
      devices,
      agent,
      panelSocket,
      async close() {
        await running.stop();
        await devices.close();
      },
    };
  } catch (error) {
    await agent?.stop();
    await devices.close();
    throw error;
  }
}

async function firstOf(serving: Promise<void>, agent: Child): Promise<void> {
  const timer = Promise.withResolvers<never>();
  const late = setTimeout(
    () =>
      timer.reject(new TerminalError('agent', `The agent did not serve within ${startWithinMs / 1000} s.`)),
    startWithinMs,
  );
  const ended = agent.ended.then(({ code, signal }) => {
    throw new TerminalError('agent', `The agent ended (${signal ?? code}) before it served.`);
  });
  try {
    await Promise.race([serving, ended, timer.promise]);
  } finally {
    clearTimeout(late);
    ended.catch(() => undefined); // it ends later, when it is told to
  }
}
