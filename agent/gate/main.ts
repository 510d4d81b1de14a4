// The gate process. Ends on a signal, after the end of a print under way.
import { once } from 'node:events';
import { join } from 'node:path';
import { systemClock } from '../../drivers/base/clock.ts';
import { isMadoguchiError } from '../../drivers/base/error.ts';
import { failure, openLog } from '../../drivers/base/log.ts';
import { programFile } from '../../drivers/base/program-file.ts';
import { programOptions } from '../../drivers/base/program-options.ts';
import { writeStandardError } from '../../drivers/base/standard-error.ts';
import { stopSignal } from '../../drivers/base/stop-signals.ts';
import { HttpIppLine } from '../../drivers/page/ipp-line.ts';
import { IppPagePrinter } from '../../drivers/page/ipp-page-printer.ts';
import { type RunningGate, startGate } from './gate.ts';
import { FileKeyStore } from './keys/file-key-store.ts';
import { acceptNumber, readHome } from './keys/home.ts';
import { NativeKeeper } from './native/native-keeper.ts';
import { startNativeProcess } from './native/native-process.ts';
import { pageProfile } from './print/page-profiles.ts';
import { PrintNotes } from './print/print-notes.ts';

const usage = `Usage: node --disable-sigusr1 agent/gate/main.ts --home DIR

The gate of one terminal. Logs JSON lines to standard error; ends on SIGTERM, SIGINT and SIGHUP, after a print under way.

  --home DIR  the gate's folder, as \`madoguchi enrol\` wrote it (agent/gate/keys/home.ts lists its files)
`;

const log = openLog('gate');
const clock = systemClock;

async function main(folder: string): Promise<() => Promise<void>> {
  const { settings, keySet, keySets, signingKey, pinpadKey, ksnFile } = await readHome(
    folder,
    new FileKeyStore(join(folder, 'keys')),
  );
  await acceptNumber(folder, keySet).catch(error => log.warn('number not remembered', failure(error)));
  const { cardReader, pinpad, receipt, pagePrinter } = settings;
  const { driver, path, dialect, keySetId } = pinpad;
  let gate: RunningGate | undefined;
  const native = new NativeKeeper({
    start: () =>
      startNativeProcess(programFile(import.meta.filename, '../../drivers/native/main'), settings.pcscSocket),
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
  gate = await startGate({ settings, keySet, keySets, signingKey, native, printer, notes, clock, log });
  const running = gate;
  return async () => {
    await running.close();
    await native.close();
  };
}

const { home } = programOptions(usage, { required: ['home'] });
const stop = stopSignal();
try {
  const close = await main(home);
  if (!stop.aborted) await once(stop, 'abort');
  await close();
  process.exit(0);
} catch (error) {
  log.error('gate not started', { ...failure(error), ...(isMadoguchiError(error) ? error.detail : {}) });
  writeStandardError(isMadoguchiError(error) ? `${error.message}. ${error.hint}.\n` : `${error}\n`);
  process.exit(1);
}
