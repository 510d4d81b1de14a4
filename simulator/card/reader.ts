// A virtual card reader: a real pcscd on a socket of its own, and a slot for one virtual card.
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { VirtualReaderError } from './error.ts';
import { type Pcscd, startPcscd } from './pcscd.ts';
import { type CardSlot, openSlot } from './slot.ts';
import type { VirtualCard } from './virtual-card.ts';

export interface CardReaderOptions {
  /** A folder of the caller. The reader makes `pcscd/` in it and removes that at the end. */
  dir: string;
  say?(line: string): void;
  /** Receives each command APDU. It may hold a PIN: do not keep it. It is a view that is zeroed after the answer. */
  onApdu?(apdu: Buffer): void;
}

export interface VirtualCardReader {
  /** Value for the variable PCSCLITE_CSOCK_NAME of libpcsclite. With it any PC/SC client finds this reader. */
  readonly socketName: string;
  readonly readerName: string;
  /** Process id of pcscd. */
  readonly pid: number;
  /** Whether pcscd has the reader. False while the reader is unplugged, and while pcscd does not run. */
  readonly attached: boolean;
  /** The card in the slot. */
  readonly card: VirtualCard | undefined;
  /** Inserts a card; makes its key if it has none yet. Resolves when pcscd, if it runs, has powered the card. */
  insert(card: VirtualCard): Promise<void>;
  /** Removes the card at once, also while it executes a command. */
  remove(): void;
  /** Unplugs the reader's cable at once, also during a command. The card stays in the slot. */
  unplug(): void;
  /** Plugs the cable in. pcscd finds a reader of its configuration file only at its start, so pcscd is started again. */
  plug(): Promise<void>;
  /** Kills pcscd with SIGKILL, like a crash. The card stays in the slot. */
  crash(): Promise<void>;
  /** Starts pcscd again after `crash()`. */
  recover(): Promise<void>;
  /** Ends pcscd and removes the sockets. Safe to call twice. */
  close(): Promise<void>;
}

const FRIENDLY_NAME = 'Madoguchi virtual reader';
const BUILD = fileURLToPath(new URL('build.sh', import.meta.url));
const LIBRARY = fileURLToPath(new URL('build/ifd-handler.so', import.meta.url));
/** sun_path holds 108 bytes with its NUL (unix(7)). */
const MAX_SOCKET_PATH = 107;
const CONNECT_TIMEOUT_MS = 60_000;

async function buildHandler(): Promise<void> {
  try {
    await promisify(execFile)('sh', [BUILD]);
  } catch (cause) {
    throw new VirtualReaderError(
      'cardReader/build',
      `the IFD handler could not be built: ${cause instanceof Error ? cause.message : cause}`,
      'Install gcc and the PC/SC headers (Debian: apt-get install gcc libc6-dev libpcsclite-dev).',
      cause,
    );
  }
}

/** Starts the reader with an empty slot. Errors: cardReader/build, cardReader/path, cardReader/start. */
export async function startCardReader(options: CardReaderOptions): Promise<VirtualCardReader> {
  const say = options.say ?? (() => {});
  const home = join(options.dir, 'pcscd');
  const socketName = join(home, 'pcscd.comm');
  if (Buffer.byteLength(socketName) > MAX_SOCKET_PATH)
    throw new VirtualReaderError(
      'cardReader/path',
      `the path of the socket is longer than ${MAX_SOCKET_PATH} bytes`,
      'Choose a folder with a shorter path.',
    );
  await buildHandler();
  await mkdir(home, { recursive: true });
  let slot: CardSlot | undefined;
  let daemon: Pcscd | undefined;

  const start = async () => {
    const connected = slot?.connected();
    daemon = await startPcscd(home, LIBRARY, FRIENDLY_NAME);
    const waiting = AbortSignal.timeout(CONNECT_TIMEOUT_MS);
    await Promise.race([connected, daemon.ended, once(waiting, 'abort')]);
    if (!slot?.attached)
      throw new VirtualReaderError(
        'cardReader/start',
        'pcscd runs, but did not open the virtual reader',
        'Remove simulator/card/build and start again: the IFD handler may be built for another machine.',
      );
  };
  const close = async () => {
    await daemon?.stop();
    await slot?.close();
    await rm(home, { recursive: true, force: true });
  };

  try {
    slot = await openSlot(join(home, 'card.sock'), apdu => options.onApdu?.(apdu));
    await start();
  } catch (error) {
    await close();
    throw error;
  }
  const open = slot;
  return {
    socketName,
    readerName: `${FRIENDLY_NAME} 00 00`, // pcscd adds reader and slot number
    get pid() {
      return daemon!.pid;
    },
    get attached() {
      return open.attached;
    },
    get card() {
      return open.card;
    },
    unplug() {
      open.unplug();
      say('reader unplugged');
    },
    async plug() {
      open.plug();
      await daemon?.stop();
      await start();
      say('reader plugged in');
    },
    async insert(card) {
      await card.credential('auth');
      await open.put(card);
      say(`card in: ${card.label}`);
    },
    remove() {
      void open.put(undefined);
      say('card out');
    },
    crash: async () => daemon?.stop('SIGKILL'),
    recover: start,
    close,
  };
}
