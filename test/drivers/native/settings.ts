// Settings of a native process whose devices are fake or unused.
import type { NativeSettings } from '../../../drivers/contract/native-settings.ts';

export const settings: NativeSettings = {
  cardReader: { driver: 'pcsc' },
  pinpad: {
    driver: 'serial',
    path: '/dev/none',
    dialect: 'visa-70',
    keySetId: 'FFFF9876543210E00000',
    initialKey: Buffer.alloc(16, 9),
    ksnFile: '/nowhere',
  },
  receipt: { driver: 'escpos', path: '/dev/none', profile: 'thermal80' },
};
