// From the card going in to its first signature: our native process, and OpenSC's pkcs11-tool, on the same card and reader.
import { execFile } from 'node:child_process';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { makeCardAuthority } from '../../simulator/card/authority.ts';
import type { VirtualCard } from '../../simulator/card/virtual-card.ts';
import { temporaryFolder } from '../../simulator/temporary-folder.ts';
import { type Devices, startDevices } from '../../simulator/terminal/devices.ts';
import { type Benchmark, type Figures, inRounds } from './benchmark.ts';
import { type NativeRig, startNativeRig } from './native-rig.ts';

const pin = '4711';
const message = 'what was ordered';

export const card: Benchmark = {
  name: 'card',
  about: `card in to first signature, on one virtual card and reader.
Us: the native process, running as in a terminal: card noticed, certificate read and its end checked, tries asked for, VERIFY,
signature. The resident's typing and the PIN pad's line are left out of the first line, and part of the second.
Alternative: pkcs11-tool --login --sign, from card in to its exit; its start is counted, for whoever uses it pays for it.
The third line takes from it what the tool needs to start and to load its module (pkcs11-tool --list-slots).`,
  rounds: 15,
  async run(rounds, how = 'full') {
    const dir = temporaryFolder('bench');
    const devices = await startDevices(dir, () => undefined);
    const { pinpad } = devices;
    pinpad.onPrompt(() => {
      pinpad.type(pin);
      pinpad.enter();
    });
    try {
      await writeFile(join(dir, 'message'), message);
      const issued = (await makeCardAuthority()).issue({ pin });
      const scene = { dir, devices, card: issued, seen: watchApdus(issued) };
      return await inRounds(rounds, how, figures => round(figures, scene));
    } finally {
      await devices.close();
      await rm(dir, { recursive: true });
    }
  },
};

interface Scene {
  dir: string;
  devices: Devices;
  card: VirtualCard;
  /** When each command APDU came to the card. */
  seen: number[];
}

/** The tool's start is the least of so many: one alone may be late, and what is left after it would be nothing, or less. */
const starts = 5;

async function round(figures: Figures, scene: Scene): Promise<void> {
  const us = await ours(scene);
  const tool = await pkcs11Tool(scene);
  figures.add('card in to signed', 'ms', us.totalMs - us.padMs, tool.totalMs);
  figures.add('  with the PIN pad', 'ms', us.totalMs);
  figures.add("  without the tool's start", 'ms', us.totalMs - us.padMs, tool.totalMs - tool.startMs);
  figures.add('commands to the card', 'APDUs', us.apdus, tool.apdus);
}

/**
 * The second card of a native process of its own. It holds the reader for itself also when the card has gone, until the
 * next one comes: only without it can the tool have its turn.
 */
async function ours(scene: Scene) {
  const native = await startNativeRig(scene.devices, scene.dir);
  try {
    await login(scene, native);
    return await login(scene, native);
  } finally {
    await native.close();
  }
}

async function login({ devices: { reader }, card, seen }: Scene, native: NativeRig) {
  seen.length = 0;
  const noticed = native.nextEvent('cardInserted');
  const began = performance.now();
  await reader.insert(card);
  await noticed;
  await native.call('readCard', {});
  const [asked, before] = [performance.now(), seen.length];
  await native.call('verifyPin', { timeoutMs: 30_000 });
  const padMs = seen[before]! - asked; // the first command after the pad has given the PIN
  await native.call('sign', { message: Buffer.from(message) });
  const totalMs = performance.now() - began;
  const gone = native.nextEvent('cardRemoved');
  reader.remove();
  await gone;
  return { totalMs, padMs, apdus: seen.length };
}

async function pkcs11Tool({ dir, devices: { reader }, card, seen }: Scene) {
  const env = { ...process.env, PCSCLITE_CSOCK_NAME: reader.socketName };
  const tool = (...args: string[]) =>
    promisify(execFile)('pkcs11-tool', ['--module', 'opensc-pkcs11.so', ...args], { env, cwd: dir });
  let startMs = Number.POSITIVE_INFINITY;
  for (let time = 0; time < starts; time++) {
    const before = performance.now();
    await tool('--list-slots');
    startMs = Math.min(startMs, performance.now() - before);
  }
  seen.length = 0;
  const began = performance.now();
  await reader.insert(card);
  await tool(
    ...['--slot-index', '0', '--login', '--pin', pin, '--sign', '--mechanism', 'SHA256-RSA-PKCS'],
    ...['--id', '01', '-i', 'message', '-o', 'signature'],
  );
  const totalMs = performance.now() - began;
  reader.remove();
  return { totalMs, startMs, apdus: seen.length };
}

function watchApdus(card: VirtualCard): number[] {
  const seen: number[] = [];
  card.behaviours.unshift(() => {
    seen.push(performance.now());
    return undefined;
  });
  return seen;
}
