// Where messages travel. One branch for each terminal: the broker lets a terminal touch its own branch only.

const root = 'madoguchi/1';

export interface Topics {
  /** Terminal to hub, and the hub's answers; correlated by the envelope's id. */
  request: string;
  reply: string;
  /** Terminal to hub: batches of sealed records; the hub's cursor back. */
  ledger: string;
  acknowledgement: string;
  /** The same for the telemetry log. */
  telemetry: string;
  telemetryAcknowledgement: string;
  /** Retained: birth, and the last will that the broker publishes. */
  presence: string;
}

export const topicsOf = (terminal: string): Topics => ({
  request: `${root}/${terminal}/request`,
  reply: `${root}/${terminal}/reply`,
  ledger: `${root}/${terminal}/ledger`,
  acknowledgement: `${root}/${terminal}/acknowledgement`,
  telemetry: `${root}/${terminal}/telemetry`,
  telemetryAcknowledgement: `${root}/${terminal}/telemetryAcknowledgement`,
  presence: `${root}/${terminal}/presence`,
});

/** What the hub subscribes to, for all terminals. */
export const hubSubscriptions = ['request', 'ledger', 'telemetry', 'presence'].map(
  leaf => `${root}/+/${leaf}`,
);

/** Which terminal's branch a topic is, and its leaf; undefined where it is none of ours. */
export function readTopic(topic: string): { terminal: string; leaf: keyof Topics } | undefined {
  const [, terminal, leaf] = /^madoguchi\/1\/([a-z0-9-]+)\/([a-zA-Z]+)$/.exec(topic) ?? [];
  return terminal && leaf && Object.hasOwn(topicsOf(terminal), leaf)
    ? { terminal, leaf: leaf as keyof Topics }
    : undefined;
}
