// A PIN pad driver on a real PTY with the virtual pad at the other end.

import { rm } from 'node:fs/promises';
import { systemClock } from '../../../drivers/base/clock.ts';
import type { KsnStore } from '../../../drivers/contract/pinpad.ts';
import { keepOpen } from '../../../drivers/line/keep-open.ts';
import type { Line } from '../../../drivers/line/line.ts';
import { openLine } from '../../../drivers/line/serial-line.ts';
import { type Dialect, visa70 } from '../../../drivers/pinpad/dialect.ts';
import { SerialPinPad } from '../../../drivers/pinpad/serial-pinpad.ts';
import {
  type PinPadHandle,
  type PinPadOptions,
  startPinPad,
} from '../../../simulator/pinpad/start-pinpad.ts';
import { temporaryFolder } from '../../../simulator/temporary-folder.ts';

/** visa-70 with short waits, for tests of responses that never come. */
export const quick: Dialect = { ...visa70, timing: { ackMs: 150, replyMs: 300, tries: 3 } };

class MemoryKsnStore implements KsnStore {
  readonly last = new Map<string, number>();
  readonly distrusted = new Set<string>();

  async isDistrusted(keySetId: string): Promise<boolean> {
    return this.distrusted.has(keySetId);
  }

  async distrust(keySetId: string): Promise<void> {
    this.distrusted.add(keySetId);
  }

  async load(keySetId: string): Promise<number | undefined> {
    return this.last.get(keySetId);
  }

  async save(keySetId: string, counter: number): Promise<void> {
    this.last.set(keySetId, counter);
  }
}

export interface Rig {
  virtual: PinPadHandle;
  line: Line;
  store: MemoryKsnStore;
  pad: SerialPinPad;
}

export interface RigOptions extends Omit<PinPadOptions, 'dir'> {
  profile?: Dialect;
  keySetId?: string;
  /** A line that waits until the pad is connected again. */
  kept?: boolean;
}

/** Everything is closed and removed when `use` ends. */
export async function withRig(options: RigOptions, use: (rig: Rig) => Promise<void>): Promise<void> {
  const dir = temporaryFolder('pinpad');
  const virtual = await startPinPad({ dir, ackMs: 200, ...options });
  const profile = options.profile ?? visa70;
  const open = () => openLine(virtual.path, profile.line, systemClock);
  const line = options.kept ? keepOpen(open, systemClock, { initialMs: 5 }) : await open();
  const store = new MemoryKsnStore();
  const initialKey = virtual.initialKey.length === 16 ? virtual.initialKey : Buffer.alloc(16);
  const keySetId = options.keySetId ?? virtual.ksn.toString('hex').toUpperCase();
  const pad = new SerialPinPad(line, systemClock, profile, { initialKey, keySetId }, store);
  try {
    await use({ virtual, line, store, pad });
  } finally {
    await pad.close();
    await virtual.close();
    await rm(dir, { recursive: true });
  }
}

/** Simulates a person who types `pin` and ENTER at each prompt. */
export function typing(virtual: PinPadHandle, pin: string): void {
  virtual.onPrompt(() => {
    virtual.type(pin);
    virtual.enter();
  });
}

export const minute = { timeoutMs: 60_000 };
