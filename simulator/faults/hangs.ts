// A process that hangs: stopped in the middle of its work, and going on later, as on a machine that is starved.
import { setTimeout as sleep } from 'node:timers/promises';
import { end, type Fault } from './fault.ts';
import { atSide } from './printing.ts';
import type { Scene } from './scene.ts';

/** How long the hub may wait for evidence that comes after the end, in ms. */
const lateMs = 60_000;

/** What the evidence says that came after the end; undefined where none comes in time. */
async function latePaper({ shop }: Scene, transaction: string): Promise<string | undefined> {
  for (const until = performance.now() + lateMs; performance.now() < until; await sleep(20)) {
    const row = shop.hub.ledger.transactions().find(one => one.transaction === transaction);
    if (row?.latePaper) return row.latePaper;
  }
  return undefined;
}

export const hangFaults: readonly Fault[] = [
  {
    name: 'gate.hangs-in-print',
    summary: 'the gate hangs while the paper comes out, until the agent has given up',
    expected: end('unknown', 'door/timeout'),
    arrange(scene) {
      const { agent } = scene.shop.terminal;
      atSide(scene, 1, printer => {
        agent.pause('gate');
        printer.clear('nothing: look again');
        scene.atState('claim', () => agent.proceed('gate'));
      });
      scene.undo(() => agent.proceed('gate'));
    },
    async after(scene) {
      const row = scene.shop.hub.ledger.transactions().at(-1);
      if (row?.code !== 'door/timeout') return [];
      const paper = await latePaper(scene, row.transaction);
      return paper === 'printed' ? [] : [`the gate signed that it was printed; the ledger says ${paper}`];
    },
  },
];
