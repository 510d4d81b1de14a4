// Topics of the messages. Each terminal has its own branch, and the broker allows it no other.

const root = 'madoguchi/1';

export interface Topics {
  /** Questions to the hub, and its answers. The envelope's id relates them. */
  request: string;
  reply: string;
  /** Batches of records to the hub; the hub's cursor comes back. */
  ledger: string;
  acknowledgement: string;
  /** The same for the telemetry log. */
  telemetry: string;
  telemetryAcknowledgement: string;
  /** Retained: birth message, and the last will that the broker publishes. */
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

/** The hub's subscriptions, for all terminals. */
export const hubSubscriptions = ['request', 'ledger', 'telemetry', 'presence'].map(
  leaf => `${root}/+/${leaf}`,
);

/** Terminal and leaf of a topic. Undefined where it is no topic of the contract. */
export function readTopic(topic: string): { terminal: string; leaf: keyof Topics } | undefined {
  const [, terminal, leaf] = /^madoguchi\/1\/([a-z0-9-]+)\/([a-zA-Z]+)$/.exec(topic) ?? [];
  return terminal && leaf && Object.hasOwn(topicsOf(terminal), leaf)
    ? { terminal, leaf: leaf as keyof Topics }
    : undefined;
}
