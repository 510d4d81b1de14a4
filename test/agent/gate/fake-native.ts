// A native process that a test starts as the gate's child: over the real pipe, with a card that signs by dying.
import { Socket } from 'node:net';
import { systemClock } from '../../../drivers/base/clock.ts';
import { silentLog } from '../../../drivers/base/log.ts';
import { nativeDoor } from '../../../drivers/contract/native-door.ts';
import { serveDoor } from '../../../drivers/door/server.ts';

const refused = async (): Promise<never> => {
  throw new Error('not of this test');
};

let keySetId = '';
const door = await serveDoor(new Socket({ fd: 3 }), {
  role: 'native',
  peer: 'gate',
  software: 'fake',
  table: nativeDoor,
  clock: systemClock,
  log: silentLog,
  commands: {
    configure: {
      run: async settings => {
        ({ keySetId } = settings.pinpad);
        return {};
      },
    },
    status: { run: refused },
    /** Tells what it is and what it was started with. */
    readCard: {
      run: async () => ({
        profile: 'mynumber' as const,
        triesLeft: 3,
        certificate: Buffer.from(
          JSON.stringify({
            pid: process.pid,
            keySetId,
            env: Object.keys(process.env).sort(),
            arguments: process.execArgv,
          }),
        ),
      }),
    },
    verifyPin: {
      run: async () => {
        door.emit({ name: 'cardInserted', payload: {} });
        return {};
      },
    },
    sign: { run: () => process.exit(70) },
    printReceipt: { run: refused },
  },
});
door.onClose(() => process.exit(0));
