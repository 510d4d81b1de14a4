// The gate process: `node agent/gate/main.ts --home FOLDER` (keys/home.ts lists the folder's files). Ends on SIGTERM and SIGINT,
// after the end of a print under way.
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { systemClock } from '../../drivers/base/clock.ts';
import { isMadoguchiError } from '../../drivers/base/error.ts';
import { failure, openLog } from '../../drivers/base/log.ts';
import { HttpIppLine } from '../../drivers/page/ipp-line.ts';
import { IppPagePrinter } from '../../drivers/page/ipp-page-printer.ts';
import { type RunningGate, startGate } from './gate.ts';
import { FileKeyStore } from './keys/file-key-store.ts';
import { readHome } from './keys/home.ts';
import { NativeKeeper } from './native/native-keeper.ts';
import { startNativeProcess } from './native/native-process.ts';
import { pageProfile } from './print/page-profiles.ts';
import { PrintNotes } from './print/print-notes.ts';

const log = openLog('gate');
const clock = systemClock;

async function main(folder: string): Promise<() => Promise<void>> {
  const { settings, keySet, signingKey, pinpadKey, ksnFile } = await readHome(
    folder,
    new FileKeyStore(join(folder, 'keys')),
  );
  const { cardReader, pinpad, receipt, pagePrinter } = settings;
  const { driver, path, dialect, keySetId } = pinpad;
  let gate: RunningGate | undefined;
  const native = new NativeKeeper({
    start: () =>
      startNativeProcess(join(import.meta.dirname, '../../drivers/native/main.ts'), settings.pcscSocket),
    settings: {
      cardReader,
      receipt,
      pinpad: { driver, path, dialect, keySetId, initialKey: pinpadKey, ksnFile },
    },
    clock,
    log,
    random: Math.random,
    onEvent: event => gate?.emit(event),
    onOnline: online => gate?.emit({ name: 'device', payload: { device: 'native', online } }),
  });
  native.start();
  const line = new HttpIppLine(pagePrinter.endpoint, clock);
  const printer = new IppPagePrinter(line, clock, pageProfile(pagePrinter.profile));
  const notes = new PrintNotes(join(folder, 'prints'));
  gate = await startGate({ settings, keySet, signingKey, native, printer, notes, clock, log });
  const running = gate;
  return async () => {
    await running.close();
    await native.close();
  };
}

const { values } = parseArgs({ options: { home: { type: 'string' } } });
if (values.home === undefined) {
  process.stderr.write('usage: node agent/gate/main.ts --home FOLDER\n');
  process.exit(64);
}
try {
  const close = await main(values.home);
  const stopped = Promise.withResolvers<void>();
  // not `once`: a second signal must not end the process before it has closed
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => stopped.resolve());
  void stopped.promise.then(close).then(() => process.exit(0));
} catch (error) {
  log.error('gate not started', { ...failure(error), ...(isMadoguchiError(error) ? error.detail : {}) });
  process.stderr.write(isMadoguchiError(error) ? `${error.message}. ${error.hint}.\n` : `${error}\n`);
  process.exit(1);
}
