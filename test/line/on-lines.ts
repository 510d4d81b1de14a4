// One shop behind one line after the other.
import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Shop } from '../../simulator/shop/shop.ts';
import type { LogEntry } from '../../simulator/terminal/log-entry.ts';
import { pileUp } from './backlog.ts';
import { bareStream } from './bare-stream.ts';
import { type Line, type LineSetting, startLine } from './line.ts';

export interface OnLines {
  dir: string;
  lines: readonly LineSetting[];
  /** Of backlog that each line could carry at best. */
  seconds: number;
  /** Of the bare stream, half of them before the drain and half after it. */
  bareSeconds: number;
  /** The drain's part of what the bare stream carries, at least. */
  minShare: number;
  say(line: string): void;
}

const wide: LineSetting = { kbps: 1_000_000, roundTripMs: 0, lossPercent: 0 };
/** From this rate on residents are served; below it the screen says so before anything is asked of them. */
const servedFromKbps = 64;

/** Whether every line was good. */
export async function onLines(options: OnLines): Promise<boolean> {
  const { dir, lines, say } = options;
  const line = await startLine(join(dir, 'hosts'));
  await line.set(wide);
  const shop = await Shop.open({
    wrapAgent: line.inShop,
    async onHome(home) {
      const { broker } = JSON.parse(readFileSync(join(home, 'agent/agent.json'), 'utf8'));
      const { port } = new URL(broker);
      await line.open(Number(port));
      await writeFile(join(home, 'agent/link.json'), JSON.stringify({ broker: `mqtts://localhost:${port}` }));
    },
  });
  try {
    await shop.visit({ resident: 'm101' });
    await shop.ended();
    say(header);
    let isGood = true;
    for (const setting of lines) isGood = (await oneLine(shop, line, setting, options)) && isGood;
    return isGood;
  } finally {
    await shop.close();
    await line.close();
  }
}

const header = 'kbit/s round trip  loss     bare TLS        drain share  resident                      agent';

async function oneLine(
  shop: Shop,
  line: Line,
  setting: LineSetting,
  { seconds, bareSeconds, minShare, say }: OnLines,
): Promise<boolean> {
  const { kbps, roundTripMs, lossPercent } = setting;
  await line.set(setting);
  const bareHalf = async () => {
    const rate = await bareStream(line, bareSeconds / 2);
    await line.set(setting); // what it has left would go before what comes next
    return rate;
  };
  const before = await bareHalf();
  await shop.terminal.agent.stop();
  await until(() => shop.hub.present().length === 0);
  const { bytes, records, last } = await pileUp(shop.terminal.home, (kbps * 1000 * seconds) / 8);
  await shop.restart();
  const resident = oneResident(shop, kbps);
  await until(() => shop.hub.present().length > 0);
  const began = performance.now();
  await until(() => shop.hub.ledger.cursor('shop-1') >= last);
  const rate = (1000 * bytes) / (performance.now() - began);
  const { outcome, isRight } = await resident;
  const bare = (before + (await bareHalf())) / 2;
  const share = rate / bare;
  say(
    [
      `${kbps}`.padStart(6),
      `${roundTripMs} ms`.padStart(10),
      `${lossPercent} %`.padStart(6),
      kib(bare).padStart(13),
      kib(rate).padStart(13),
      `${(100 * share).toFixed(0)} %`.padStart(6),
      `  ${outcome.padEnd(30)}`,
      `${memoryMiB(shop)} MiB, ${records} records of ${Math.round(bytes / records)} B`,
    ].join(''),
  );
  return share >= minShare && isRight;
}

const kib = (bytes: number): string => `${(bytes / 1024).toFixed(1)} KiB/s`;

async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await sleep(20);
}

/** A resident who comes while the backlog drains. */
async function oneResident(shop: Shop, kbps: number): Promise<{ outcome: string; isRight: boolean }> {
  if (kbps < servedFromKbps) {
    const isShown = ({ msg, fields }: LogEntry) =>
      msg === 'counter shows' && String(fields.missing).includes('hub/slow');
    await shop.logged(isShown);
    return { outcome: 'refused in time: hub/slow', isRight: true };
  }
  const began = performance.now();
  const end = await shop.visit({ resident: 'm101' });
  const tookS = ((performance.now() - began) / 1000).toFixed(0);
  // not by the hub's table of transactions: with thousands of them each look takes the hub's time from what is measured
  return { outcome: `${end} after ${tookS} s`, isRight: end === 'issued' };
}

function memoryMiB(shop: Shop): string {
  const status = readFileSync(`/proc/${shop.terminal.agent.pid('agent')}/status`, 'utf8');
  return (Number(/VmHWM:\s+(\d+)/.exec(status)?.[1]) / 1024).toFixed(0);
}
