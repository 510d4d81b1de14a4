// Time of a terminal from its start to its open counter, and memory of its processes, compared with bare Node.
import { startChild } from '../../simulator/child.ts';
import { Shop } from '../../simulator/shop/shop.ts';
import { stock } from '../shop-stock.ts';
import { type Benchmark, type Figures, inRounds } from './benchmark.ts';
import { type Memory, memoryOf } from './memory.ts';

const processes = ['agent', 'gate', 'native'] as const;

export const start: Benchmark = {
  name: 'start',
  about: `start to ready, and memory.
Us: the agent's start until it serves, until its gate listens (a second process), until the screen asks for a card (native is the
third; link, panel and all devices are then there). Memory is read then, and once more after one issue.
Alternative: node -e '' of the same version, from start to exit, as many one after another; memory of a bare Node that idles.
PSS divides what processes share, and here more of them run than in a shop: it is lower than it would be there.`,
  rounds: 10,
  async run(rounds, how = 'full') {
    const shop = await Shop.open({ name: 'bench-1', stock });
    try {
      await shop.isOpen();
      return await inRounds(rounds, how, figures => round(figures, shop));
    } finally {
      await shop.close();
    }
  },
};

async function round(figures: Figures, shop: Shop): Promise<void> {
  const us = await ours(shop);
  const memory = await memories(shop);
  const bare = [await bareStart(), await bareStart(), await bareStart()] as const;
  const idle = await idleMemory();
  await shop.visit({ resident: 'm101' });
  await shop.isOpen();
  const later = sum(await memories(shop));
  figures.add('start to "agent serves"', 'ms', us.serves, bare[0]);
  figures.add('start to "gate listens"', 'ms', us.listens, bare[0] + bare[1]);
  figures.add('start to the open counter', 'ms', us.open, bare[0] + bare[1] + bare[2]);
  for (const [nth, name] of processes.entries()) {
    figures.add(`RSS of ${name}`, 'MiB', memory[nth]!.rss, idle.rss);
    figures.add(`PSS of ${name}`, 'MiB', memory[nth]!.pss, idle.pss);
  }
  figures.add('RSS of all three', 'MiB', sum(memory).rss, 3 * idle.rss);
  figures.add('RSS of all three after an issue', 'MiB', later.rss, 3 * idle.rss);
  figures.add('PSS of all three after an issue', 'MiB', later.pss, 3 * idle.pss);
}

/** Milliseconds from the start of the agent's process. */
async function ours(shop: Shop) {
  await shop.terminal.agent.stop();
  const listening = shop.logged(({ msg }) => msg === 'gate listens').then(() => performance.now());
  const began = performance.now();
  await shop.terminal.agent.start();
  const serves = performance.now();
  await shop.panel.reopen(shop.terminal.panelSocket);
  await shop.isOpen();
  return { serves: serves - began, listens: (await listening) - began, open: performance.now() - began };
}

const memories = (shop: Shop): Promise<Memory[]> =>
  Promise.all(processes.map(name => memoryOf(shop.terminal.agent.pid(name)!)));

const sum = (all: readonly Memory[]): Memory =>
  all.reduce((total, { rss, pss }) => ({ rss: total.rss + rss, pss: total.pss + pss }));

const bareNode = (script: string) =>
  startChild([process.execPath, '--disable-sigusr1', '-e', script], () => undefined);

async function bareStart(): Promise<number> {
  const began = performance.now();
  await bareNode('').ended;
  return performance.now() - began;
}

async function idleMemory(): Promise<Memory> {
  const said = Promise.withResolvers<void>();
  const node = startChild(
    [process.execPath, '--disable-sigusr1', '-e', "console.error('up'); setInterval(() => {}, 1e6)"],
    () => said.resolve(),
  );
  await said.promise;
  const memory = await memoryOf(node.process.pid!);
  await node.stop();
  return memory;
}
