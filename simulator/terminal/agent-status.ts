// What a running agent says of itself: GET /status on its panel socket (docs/panel.md).
import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { json } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';

/** The part of the report that is used here. */
export interface AgentStatus {
  terminal: string;
  hubOnline: boolean;
  /** Records that the hub has not acknowledged. */
  journal?: { waiting: number };
}

export async function agentStatus(panelSocket: string): Promise<AgentStatus> {
  const asking = request({ socketPath: panelSocket, path: '/status', agent: false });
  asking.end();
  const [response] = (await once(asking, 'response')) as [IncomingMessage];
  return (await json(response)) as AgentStatus;
}

/** Resolves with the number of records that the hub has not acknowledged: 0, or what is left after `withinMs`. */
export async function unacknowledged(panelSocket: string, withinMs: number): Promise<number> {
  const until = performance.now() + withinMs;
  for (;;) {
    const { journal } = await agentStatus(panelSocket);
    if (!journal?.waiting || performance.now() > until) return journal?.waiting ?? 0;
    await sleep(100);
  }
}
