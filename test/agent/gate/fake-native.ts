// A native process that a test starts as the gate's child: over the real pipe, with a card that signs by dying.
import { Socket } from 'node:net';
import { systemClock } from '../../../drivers/base/clock.ts';
import { silentLog } from '../../../drivers/base/log.ts';
import type { NativeCommands } from '../../../drivers/contract/commands.ts';
import { serveDoor } from '../../../drivers/door/server.ts';
import { nativeParams } from '../../../drivers/native/native-params.ts';

const refused = async (): Promise<never> => {
  throw new Error('not of this test');
};

let keySetId = '';
const door = await serveDoor<NativeCommands, { cardInserted: Record<string, never> }>(new Socket({ fd: 3 }), {
  role: 'native',
  peer: 'gate',
  software: 'fake',
  clock: systemClock,
  log: silentLog,
  commands: {
    configure: {
      params: nativeParams.configure,
      run: async settings => {
        ({ keySetId } = settings.pinpad);
        return {};
      },
    },
    status: { params: nativeParams.status, run: refused },
    /** Tells what it was started with. */
    readCard: {
      params: nativeParams.readCard,
      run: async () => ({
        profile: 'mynumber',
        triesLeft: process.pid,
        certificate: Buffer.from(
          JSON.stringify({ keySetId, env: Object.keys(process.env).sort(), arguments: process.execArgv }),
        ),
      }),
    },
    verifyPin: {
      params: nativeParams.verifyPin,
      run: async () => {
        door.emit({ name: 'cardInserted', payload: {} });
        return {};
      },
    },
    sign: { params: nativeParams.sign, run: () => process.exit(70) },
    printReceipt: { params: nativeParams.printReceipt, run: refused },
  },
});
door.onClose(() => process.exit(0));
