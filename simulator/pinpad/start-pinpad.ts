// Starts a virtual PIN pad on a PTY, with a handle for the person who presses its keys.
import { randomBytes } from 'node:crypto';
import { joinPty, type Pty } from '../pty.ts';
import { counterIn } from './dukpt.ts';
import { goodBehaviours, padDialects } from './good-behaviours.ts';
import { type Behaviour, type Entry, VirtualPad } from './pad.ts';
import { attachWire } from './wire.ts';

export class PinPadSimulatorError extends Error {
  override readonly name = 'PinPadSimulatorError';
}

export interface PinPadOptions {
  dir: string;
  /** Name of the PTY's link in `dir`. Default `pinpad`. */
  name?: string;
  say?: (line: string) => void;
  /** Tried in order before the good ones. */
  behaviours?: Behaviour[];
  /** `visa-70` (default) or `verifone-ipp`. */
  dialect?: string;
  /** 16 bytes; random by default; `null` for a pad without a key. */
  initialKey?: Buffer | null;
  /** 10 bytes, as loaded with the key; random with a zero counter by default. */
  ksn?: Buffer;
  /** How long the pad waits for an ACK, in ms. Default 5000. */
  ackMs?: number;
}

export interface PinPadHandle {
  path: string;
  /** Tried before the good ones. Put a fault in front: `behaviours.unshift(fault)`. */
  readonly behaviours: Behaviour[];
  /** The pad's end of the wire, to unplug and plug it. */
  pty: Pty;
  initialKey: Buffer;
  /** The KSN as loaded. With a zero counter its upper-case hex is the name of the key set. */
  ksn: Buffer;
  /** Presses digit keys. Digits are ignored while no prompt is shown, and beyond the max length (the pad beeps). */
  type(digits: string): void;
  /** Presses ENTER. It is ignored while the entry is too short. */
  enter(): void;
  cancel(): void;
  /** Deletes the digits that were typed. */
  clear(): void;
  /** Adds a listener that is called each time the pad asks for a PIN. */
  onPrompt(listener: (entry: Readonly<Entry>) => void): void;
  close(): Promise<void>;
}

/** Makes a new key and KSN unless they are given. Errors: PinPadSimulatorError for a wrong option, PtyError. */
export async function startPinPad(options: PinPadOptions): Promise<PinPadHandle> {
  const { dir, name = 'pinpad', say = () => undefined, behaviours = [], dialect = 'visa-70' } = options;
  const words = padDialects[dialect];
  if (!words)
    throw new PinPadSimulatorError(`no dialect ${dialect}; there are ${Object.keys(padDialects).join(', ')}`);
  const initialKey = options.initialKey === undefined ? randomBytes(16) : (options.initialKey ?? undefined);
  const ksn = options.ksn ?? randomKsn();
  if (initialKey && initialKey.length !== 16) throw new PinPadSimulatorError('an initial key has 16 bytes');
  if (ksn.length !== 10) throw new PinPadSimulatorError('a KSN has 10 bytes');

  const listeners: ((entry: Readonly<Entry>) => void)[] = [];
  const pad = new VirtualPad(
    { initialKey, ksn, counter: counterIn(ksn), serial: '0010101010010001', entry: undefined },
    { faults: behaviours, good: goodBehaviours(words) },
    {
      say,
      onPrompt: entry => {
        for (const listener of listeners) listener(entry);
      },
      ...(options.ackMs === undefined ? {} : { ackMs: options.ackMs }),
    },
  );
  const pty = await joinPty({ dir, name }, duplex => pad.connect(attachWire(duplex, pad)));

  return {
    path: pty.path,
    behaviours: pad.behaviours,
    pty,
    initialKey: initialKey ?? Buffer.alloc(0),
    ksn,
    type(digits) {
      const { entry } = pad.state;
      if (entry) entry.digits = (entry.digits + digits).slice(0, entry.max);
    },
    enter() {
      const { entry } = pad.state;
      if (entry && entry.digits.length >= entry.min) pad.happen({ is: 'entered', entry });
    },
    cancel() {
      if (pad.state.entry) pad.happen({ is: 'canceled' });
    },
    clear() {
      if (pad.state.entry) pad.state.entry.digits = '';
    },
    onPrompt: listener => void listeners.push(listener),
    async close() {
      pad.close();
      await pty.close();
    },
  };
}

/** FFFF, then 43 random bits, then a zero counter. */
function randomKsn(): Buffer {
  const ksn = Buffer.concat([Buffer.from('FFFF', 'hex'), randomBytes(6), Buffer.alloc(2)]);
  ksn[7]! &= 0xe0;
  return ksn;
}
