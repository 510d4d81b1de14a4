// A home that an installer's `madoguchi enrol` wrote gets the devices of this shop: their paths, and the PIN pad's key.
import { randomBytes } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Devices } from './devices.ts';
import { settingsOf } from './enrol.ts';

/**
 * Writes `gate.json` and the key of the pad, in place. The pad is a new one each time, and so has a name of its own: the gate keeps the
 * last key number of each. Errors: the system's, where `home` is none.
 */
export async function adoptHome(home: string, devices: Devices, gateSocket: string): Promise<void> {
  const pad = `pad${randomBytes(4).toString('hex')}`;
  const settings = join(home, 'gate/gate.json');
  const enrolled = JSON.parse(await readFile(settings, 'utf8')) as object;
  await writeFile(settings, JSON.stringify({ ...enrolled, ...settingsOf(devices, gateSocket, pad) }));
  await writeFile(join(home, `gate/keys/pinpad-${pad}.bin`), devices.pinpad.initialKey, { mode: 0o600 });
}
