// The real native process on a terminal's virtual devices, without a gate.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import type { Duplex } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { NativeKeeper } from '../../agent/gate/native/native-keeper.ts';
import type { NativeProcess } from '../../agent/gate/native/native-process.ts';
import { systemClock } from '../../drivers/base/clock.ts';
import { silentLog } from '../../drivers/base/log.ts';
import type { NativeDoor } from '../../drivers/contract/native-door.ts';
import type { CommandName, DoorEvent, ParamsOf, ResultOf } from '../../drivers/door/types.ts';
import type { Devices } from '../../simulator/terminal/devices.ts';

const main = fileURLToPath(new URL('../../drivers/native/main.ts', import.meta.url));
const timeoutMs = 30_000;

export interface NativeRig {
  call<N extends CommandName<NativeDoor>>(
    name: N,
    params: ParamsOf<NativeDoor, N>,
  ): Promise<ResultOf<NativeDoor, N>>;
  /** The next event of this name. */
  nextEvent(name: DoorEvent<NativeDoor>['name']): Promise<void>;
  close(): Promise<void>;
}

/** Resolves when card reader and PIN pad are online. */
export async function startNativeRig(devices: Devices, dir: string): Promise<NativeRig> {
  const { reader, pinpad, receiptPrinter } = devices;
  let news = Promise.withResolvers<string>();
  const tell = (what: string) => {
    const before = news;
    news = Promise.withResolvers();
    before.resolve(what);
  };
  const keeper = new NativeKeeper({
    start: () => startQuietly(reader.socketName),
    settings: {
      cardReader: { driver: 'pcsc', reader: reader.readerName },
      receipt: { driver: 'escpos', path: receiptPrinter.path, profile: 'thermal80' },
      pinpad: {
        driver: 'serial',
        path: pinpad.path,
        dialect: 'visa-70',
        keySetId: pinpad.ksn.toString('hex').toUpperCase(),
        initialKey: Buffer.from(pinpad.initialKey),
        ksnFile: join(dir, 'pinpad-ksn.json'),
      },
    },
    clock: systemClock,
    log: silentLog,
    random: Math.random,
    onEvent: ({ name }) => tell(name),
    onOnline: () => tell('online'),
  });
  keeper.start();
  const rig: NativeRig = {
    call: (name, params) => keeper.call(name, params, { timeoutMs }),
    async nextEvent(name) {
      while ((await news.promise) !== name);
    },
    close: () => keeper.close(),
  };
  for (;;) {
    const changed = news.promise;
    const status = keeper.online ? await rig.call('status', {}) : undefined;
    if (status?.card.online && status.pinpad.online) return rig;
    await changed;
  }
}

/** As the gate does (agent/gate/native/native-process.ts), without its log. */
function startQuietly(pcscSocket: string): NativeProcess {
  const child = spawn(process.execPath, ['--disable-sigusr1', main], {
    env: { PATH: '/usr/bin:/bin', PCSCLITE_CSOCK_NAME: pcscSocket },
    stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
  });
  return {
    duplex: child.stdio[3] as Duplex,
    onExit: listener => child.once('exit', code => listener({ code: code ?? -1, signal: 'none' })),
    kill: () => child.kill('SIGKILL'),
  };
}
