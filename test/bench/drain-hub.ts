// Starts the hub's end of the drain (drain-hub.fixture.ts) and speaks with it.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

export interface DrainHubOrder {
  /** mqtt:// of the broker; file of the ledger's database. */
  url: string;
  path: string;
  /** PEM: the hub's private key, the terminals' public key. */
  hubKey: string;
  agentKey: string;
}

/** Milliseconds since the last look. */
export interface HubShares {
  verify: number;
  insert: number;
  acknowledge: number;
  /** Of the whole process, on whatever. */
  processor: number;
}

export type DrainHubReport = { ready: true } | { shares: HubShares } | { plain: number };

/** One record a message, unsigned, without a cursor: what is measured beside ours. */
export const plainTopic = 'plain';

export interface DrainHub {
  shares(): Promise<HubShares>;
  /** Resolves when it has committed `count` plain records in all. */
  plain(count: number): Promise<void>;
  close(): Promise<void>;
}

export async function startDrainHub(order: DrainHubOrder): Promise<DrainHub> {
  const child = fork(fileURLToPath(new URL('drain-hub.fixture.ts', import.meta.url)), [
    JSON.stringify(order),
  ]);
  const reported = async <K extends string>(
    field: K,
  ): Promise<Extract<DrainHubReport, Record<K, unknown>>> => {
    for (;;) {
      const [said] = (await once(child, 'message')) as [DrainHubReport];
      if (field in said) return said as never;
    }
  };
  await reported('ready');
  return {
    async shares() {
      child.send('shares');
      return (await reported('shares')).shares;
    },
    async plain(count) {
      while ((await reported('plain')).plain < count);
    },
    async close() {
      const gone = once(child, 'exit');
      child.disconnect();
      await gone;
    },
  };
}
