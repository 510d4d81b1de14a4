// The virtual devices of one terminal, each on its real endpoint.
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { startCardReader, type VirtualCardReader } from '../card/reader.ts';
import { type PagePrinterHandle, startPagePrinter } from '../page-printer/start.ts';
import { type PinPadHandle, type PinPadOptions, startPinPad } from '../pinpad/start-pinpad.ts';
import { type ReceiptPrinterHandle, startReceiptPrinter } from '../receipt-printer/start.ts';
import { onPart } from './terminal-error.ts';

export interface Devices {
  reader: VirtualCardReader;
  pinpad: PinPadHandle;
  receiptPrinter: ReceiptPrinterHandle;
  pagePrinter: PagePrinterHandle;
  close(): Promise<void>;
}

/** Receives a line about what a device received or did. */
export type DeviceSay = (
  device: 'card' | 'pinpad' | 'receipt-printer' | 'page-printer',
  line: string,
) => void;

/** Starts all devices. If one fails, the others are ended. `pad`: the PIN pad's key. Errors: TerminalError. */
export async function startDevices(
  dir: string,
  say: DeviceSay,
  pad: Pick<PinPadOptions, 'initialKey' | 'ksn'> = {},
): Promise<Devices> {
  const starting: Promise<unknown>[] = [];
  const started: { close(): Promise<void> }[] = [];
  const begin = async <T extends { close(): Promise<void> }>(start: Promise<T>): Promise<T> => {
    starting.push(start);
    const part = await start;
    started.push(part);
    return part;
  };
  const close = async () => {
    await Promise.allSettled(starting);
    await Promise.all(started.map(part => part.close()));
  };
  const folder = async (name: string) => {
    const path = join(dir, name);
    await mkdir(path, { recursive: true });
    return path;
  };
  try {
    const [card, pinpadFolder, receipt, page] = await Promise.all(
      ['card', 'pad', 'receipt', 'page'].map(folder),
    );
    const [reader, pinpad, receiptPrinter, pagePrinter] = await Promise.all([
      begin(onPart('card', startCardReader({ dir: card!, say: line => say('card', line) }))),
      begin(onPart('pinpad', startPinPad({ ...pad, dir: pinpadFolder!, say: line => say('pinpad', line) }))),
      begin(
        onPart('receipt', startReceiptPrinter({ dir: receipt!, say: line => say('receipt-printer', line) })),
      ),
      begin(onPart('page', startPagePrinter({ dir: page!, say: line => say('page-printer', line) }))),
    ]);
    return { reader, pinpad, receiptPrinter, pagePrinter, close };
  } catch (error) {
    await close();
    throw error;
  }
}
