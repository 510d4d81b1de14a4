// The list of drivers. A new driver is a new file in its class's folder and one line here.
// Each native addon is loaded only by the function that needs it.

import { failure } from '../base/log.ts';
import type { OpenPcsc } from '../card/pcsc.ts';
import { PcscCardReader } from '../card/pcsc-card-reader.ts';
import type { NativeSettings } from '../contract/native-settings.ts';
import { keepOpen } from '../line/keep-open.ts';
import type { Line, LineSettings } from '../line/line.ts';
import { openLine } from '../line/serial-line.ts';
import { dialects } from '../pinpad/dialect.ts';
import { FileKsnStore } from '../pinpad/file-ksn-store.ts';
import { SerialPinPad } from '../pinpad/serial-pinpad.ts';
import { EscPosPrinter } from '../receipt/escpos-printer.ts';
import { type EscPosProfile, escPosProfiles } from '../receipt/profile.ts';
import type { DeviceContext, Devices, Maker } from './devices.ts';
import { NativeError } from './native-error.ts';

const cardReaders: Record<string, Maker<'card', 'cardReader'>> = {
  pcsc: async ({ reader }, { clock }) => {
    const { default: openPcsc } = (await import('pcsclite')) as unknown as { default: OpenPcsc };
    const device = new PcscCardReader({ openPcsc, clock, ...(reader === undefined ? {} : { reader }) });
    device.start();
    return device;
  },
};

const pinpads: Record<string, Maker<'pinpad', 'pinpad'>> = {
  serial: async ({ path, dialect: name, keySetId, initialKey, ksnFile }, context) => {
    const dialect = byName(dialects, name, 'native/unknownProfile');
    const line = keptLine('pinpad', path, dialect.line, context);
    return new SerialPinPad(
      line,
      context.clock,
      dialect,
      { keySetId, initialKey },
      new FileKsnStore(ksnFile),
    );
  },
};

const receipts: Record<string, Maker<'receipt', 'receipt'>> = {
  escpos: async ({ path, profile: name }, context) => {
    const profile = byName<EscPosProfile>(escPosProfiles, name, 'native/unknownProfile');
    return new EscPosPrinter(keptLine('receipt', path, profile.line, context), context.clock, profile);
  },
};

/** Errors: native/unknownDriver, native/unknownProfile, with detail.name. */
export async function makeDevices(settings: NativeSettings, context: DeviceContext): Promise<Devices> {
  const makers = {
    card: byName(cardReaders, settings.cardReader.driver, 'native/unknownDriver'),
    pinpad: byName(pinpads, settings.pinpad.driver, 'native/unknownDriver'),
    receipt: byName(receipts, settings.receipt.driver, 'native/unknownDriver'),
  };
  return {
    pinpad: await makers.pinpad(settings.pinpad, context),
    receipt: await makers.receipt(settings.receipt, context),
    card: await makers.card(settings.cardReader, context),
  };
}

/** Opens a line that waits for its device without a time limit, and reports when it goes online or offline. */
function keptLine(
  device: 'pinpad' | 'receipt',
  path: string,
  settings: LineSettings,
  { clock, log, onLine }: DeviceContext,
): Line {
  let lastLogged = '';
  const onFailure = (cause: unknown) => {
    const { error } = failure(cause);
    if (error !== lastLogged) log.warn('line not open', { device, error }); // not again at each attempt, every few seconds
    lastLogged = error;
  };
  const line = keepOpen(() => openLine(path, settings, clock), clock, { onFailure });
  line.on('online', () => {
    lastLogged = '';
    onLine(device, true);
  });
  line.on('offline', () => onLine(device, false));
  return line;
}

function byName<T>(
  table: Record<string, T>,
  name: string,
  code: 'native/unknownDriver' | 'native/unknownProfile',
): T {
  if (!Object.hasOwn(table, name)) throw new NativeError(code, { detail: { name } });
  return table[name]!;
}
