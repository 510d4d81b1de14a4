// The native process: the only one that loads native addons. The gate starts it. Its door is descriptor 3; the process ends
// when the door closes. It has no network and no arguments: its settings come with the first command.
import { Socket } from 'node:net';
import { systemClock } from '../base/clock.ts';
import { failure, openLog } from '../base/log.ts';
import { programOptions } from '../base/program-options.ts';
import { leaveEndToParent } from '../base/stop-signals.ts';
import { type NativeDoor, nativeDoor } from '../contract/native-door.ts';
import type { NativeSettings } from '../contract/native-settings.ts';
import { type ServedDoor, serveDoor } from '../door/server.ts';
import type { Devices } from './devices.ts';
import { nativeCommands } from './native-commands.ts';
import { makeDevices } from './registry.ts';

programOptions(
  `drivers/native/main.ts: the gate starts it, with its door on descriptor 3. It has no options.
`,
  { required: [] },
);
const log = openLog('native');
const clock = systemClock;
let door: ServedDoor<NativeDoor> | undefined;

const onLine = (device: 'card' | 'pinpad' | 'receipt', online: boolean): void => {
  log.info('device', { device, online });
  door?.emit({ name: 'device', payload: { device, online } });
};

async function make(settings: NativeSettings): Promise<Devices> {
  const devices = await makeDevices(settings, { clock, log, onLine });
  devices.card.onEvent(event => {
    if (event === 'inserted') door?.emit({ name: 'cardInserted', payload: {} });
    else if (event === 'removed') door?.emit({ name: 'cardRemoved', payload: {} });
    else onLine('card', event === 'online');
  });
  return devices;
}

leaveEndToParent();
const commands = nativeCommands(make, clock);
const greeting = { role: 'native', peer: 'gate', software: 'madoguchi' } as const;
door = await serveDoor(new Socket({ fd: 3 }), { ...greeting, table: nativeDoor, commands, clock, log }).catch(
  error => {
    log.error('handshake failed', failure(error));
    process.exit(1);
  },
);
door.onClose(() => process.exit(0)); // open handles of a PIN pad or reader must not keep the process running
