// The devices of a terminal, as the native process holds them.

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
  /** A line came or went. A card reader reports that itself, by its events. */
  onLine: (device: 'pinpad' | 'receipt', online: boolean) => void;
}

/** Makes a device from its settings. Devices that are away are made all the same, and come online by themselves. */
export type Maker<D extends keyof Devices, S extends keyof NativeSettings> = (
  settings: NativeSettings[S],
  context: DeviceContext,
) => Promise<Devices[D]>;
