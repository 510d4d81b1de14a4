// State of every device of a terminal, as reported by the gate.
import * as v from 'valibot';
import { nativeStatus } from '../../drivers/contract/native-door.ts';
import { pagePrinterStatus } from '../../drivers/contract/page.ts';

export const deviceStatus = v.strictObject({
  ...nativeStatus.entries,
  page: pagePrinterStatus,
  /** False while the native process is being started again: card, PIN pad and receipt printer are then offline. */
  native: v.boolean(),
});

export type DeviceStatus = v.InferOutput<typeof deviceStatus>;
