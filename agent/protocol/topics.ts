// Where messages travel. One branch for each terminal: the broker lets a terminal touch its own branch only.

const root = 'madoguchi/1';

export interface Topics {
  /** Terminal to hub, and the hub's answers; correlated by the envelope's id. */
  request: string;
  reply: string;
  /** Terminal to hub: batches of sealed records; the hub's cursor back. */
  ledger: string;
  acknowledgement: string;
  /** Retained: birth, and the last will that the broker publishes. */
  presence: string;
}

export const topicsOf = (terminal: string): Topics => ({
  request: `${root}/${terminal}/request`,
  reply: `${root}/${terminal}/reply`,
  ledger: `${root}/${terminal}/ledger`,
  acknowledgement: `${root}/${terminal}/acknowledgement`,
  presence: `${root}/${terminal}/presence`,
});

/** What the hub subscribes to, for all terminals. */
export const hubSubscriptions = ['request', 'ledger', 'presence'].map(leaf => `${root}/+/${leaf}`);

/** Which terminal's branch a topic is, and its leaf; undefined where it is none of ours. */
export function readTopic(topic: string): { terminal: string; leaf: keyof Topics } | undefined {
  const match = /^madoguchi\/1\/([a-z0-9-]+)\/(request|reply|ledger|acknowledgement|presence)$/.exec(topic);
  return match ? { terminal: match[1]!, leaf: match[2] as keyof Topics } : undefined;
}
