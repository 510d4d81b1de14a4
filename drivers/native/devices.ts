// The devices of a terminal in the native process.

import type { Clock } from '../base/clock.ts';
import type { Log } from '../base/log.ts';
import type { CardReader } from '../contract/card.ts';
import type { NativeSettings } from '../contract/native-settings.ts';
import type { PinPad } from '../contract/pinpad.ts';
import type { ReceiptPrinter } from '../contract/receipt.ts';

export interface Devices {
  card: CardReader;
  pinpad: PinPad;
  receipt: ReceiptPrinter;
}

export interface DeviceContext {
  clock: Clock;
  log: Log;
  /** Called when a line goes online or offline. A card reader reports that by its own events. */
  onLine: (device: 'pinpad' | 'receipt', online: boolean) => void;
}

/** Creates a device from its settings, also if the device is absent: it goes online when it is connected. */
export type Maker<D extends keyof Devices, S extends keyof NativeSettings> = (
  settings: NativeSettings[S],
  context: DeviceContext,
) => Promise<Devices[D]>;
