// Does an installer's work in the shop, with the installer's commands: enrols with the one-time code, names the devices, and
// imports the PIN pad's key.
import { cp, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runChild } from '../child.ts';
import { program } from '../programs.ts';
import type { Devices } from './devices.ts';

const madoguchi = program('provisioning/madoguchi');

export interface EnrolOptions {
  /** Ends the installer's commands. */
  signal?: AbortSignal | undefined;
  home: string;
  /** Folder for the two files that the commands read. */
  dir: string;
  hub: { enrolmentUrl: string; rootThumbprint: string; code: string };
  devices: Devices;
  gateSocket: string;
}

const padId = 'pad1';

/** The gate's settings for the devices, as an installer writes them. `pad` names the PIN pad. */
export const settingsOf = (
  { reader, pinpad, receiptPrinter, pagePrinter }: Devices,
  gateSocket: string,
  pad = padId,
): Record<string, unknown> => ({
  socket: gateSocket,
  pagePrinter: {
    profile: 'a4Certificate',
    endpoint: { socketPath: pagePrinter.socket, path: '/ipp/print' },
  },
  pcscSocket: reader.socketName,
  cardReader: { driver: 'pcsc', reader: reader.readerName },
  pinpad: {
    driver: 'serial',
    id: pad,
    path: pinpad.path,
    dialect: 'visa-70',
    keySetId: pinpad.ksn.toString('hex').toUpperCase(),
  },
  receipt: { driver: 'escpos', path: receiptPrinter.path, profile: 'thermal80' },
});

/** Errors: ChildError with the output of the command; the reason of `signal`. */
export async function enrol({ home, dir, hub, devices, gateSocket, signal }: EnrolOptions): Promise<void> {
  const devicesFile = join(dir, 'devices.json');
  const keyFile = join(dir, 'pinpad-key.bin');
  await writeFile(devicesFile, JSON.stringify(settingsOf(devices, gateSocket), null, 2));
  await writeFile(keyFile, devices.pinpad.initialKey, { mode: 0o600 });
  const run = (...args: string[]) => runChild([process.execPath, madoguchi, ...args], signal);
  await run(
    'enrol',
    ...['--hub', hub.enrolmentUrl, '--code', hub.code, '--root', hub.rootThumbprint],
    ...['--home', home, '--devices', devicesFile],
  );
  await run('pinpad-key', '--home', home, '--id', padId, '--file', keyFile);
  await rm(keyFile); // the key is in the key store now
}

/**
 * Copies the home of a terminal that was enrolled at the same hub. The devices have other paths now, and the broker has
 * another port: both are changed in the copy.
 */
export async function copyHome(
  enrolled: string,
  {
    home,
    broker,
    devices,
    gateSocket,
  }: Pick<EnrolOptions, 'home' | 'devices' | 'gateSocket'> & { broker: string },
): Promise<void> {
  await cp(enrolled, home, { recursive: true });
  const change = async (file: string, changed: object) => {
    const path = join(home, file);
    const before = JSON.parse(await readFile(path, 'utf8')) as object;
    await writeFile(path, JSON.stringify({ ...before, ...changed }));
  };
  await change('agent/agent.json', { broker });
  await change('gate/gate.json', settingsOf(devices, gateSocket));
}
