// What an installer does in the shop, with the commands an installer uses: enrol with the one-time code, name the
// devices, bring in the PIN pad's key.
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runChild } from '../child.ts';
import type { Devices } from './devices.ts';

const madoguchi = fileURLToPath(new URL('../../provisioning/madoguchi.ts', import.meta.url));

export interface EnrolOptions {
  home: string;
  /** For the two files that are handed to the commands. */
  dir: string;
  hub: { enrolmentUrl: string; rootThumbprint: string; code: string };
  devices: Devices;
  gateSocket: string;
}

/** Errors: ChildError with what the command said. */
export async function enrol({ home, dir, hub, devices, gateSocket }: EnrolOptions): Promise<void> {
  const { reader, pinpad, receiptPrinter, pagePrinter } = devices;
  const settings = {
    socket: gateSocket,
    pagePrinter: {
      profile: 'a4Certificate',
      endpoint: { socketPath: pagePrinter.socket, path: '/ipp/print' },
    },
    pcscSocket: reader.socketName,
    cardReader: { driver: 'pcsc', reader: reader.readerName },
    pinpad: {
      driver: 'serial',
      id: 'pad1',
      path: pinpad.path,
      dialect: 'visa-70',
      keySetId: pinpad.ksn.toString('hex').toUpperCase(),
    },
    receipt: { driver: 'escpos', path: receiptPrinter.path, profile: 'thermal80' },
  };
  const devicesFile = join(dir, 'devices.json');
  const keyFile = join(dir, 'pinpad-key.bin');
  await writeFile(devicesFile, JSON.stringify(settings, null, 2));
  await writeFile(keyFile, pinpad.initialKey, { mode: 0o600 });
  const run = (...args: string[]) => runChild([process.execPath, madoguchi, ...args]);
  await run(
    'enrol',
    ...['--hub', hub.enrolmentUrl, '--code', hub.code, '--root-key', hub.rootThumbprint],
    ...['--home', home, '--devices', devicesFile],
  );
  await run('pinpad-key', '--home', home, '--id', settings.pinpad.id, '--file', keyFile);
  await rm(keyFile); // the key is in the key store now
}
