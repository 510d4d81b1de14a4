// Topics of the messages. Each terminal has its own branch in each version of the contract, and the broker allows it no other.
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
  /** Retained: birth message, and the last will that the broker publishes. It says which versions a terminal speaks, and so has no version but the first. */
  presence: string;
  /** Retained: the youngest key set. */
  keySet: string;
}

const presenceVersion = 1;

export const topicsOf = (terminal: string, version: number | '+' = 1): Topics => {
  const branch = `madoguchi/${version}/${terminal}`;
  return {
    request: `${branch}/request`,
    reply: `${branch}/reply`,
    ledger: `${branch}/ledger`,
    acknowledgement: `${branch}/acknowledgement`,
    telemetry: `${branch}/telemetry`,
    telemetryAcknowledgement: `${branch}/telemetryAcknowledgement`,
    presence: `madoguchi/${presenceVersion}/${terminal}/presence`,
    keySet: `${branch}/keySet`,
  };
};

/** The hub's subscriptions, for all terminals, where it speaks `versions`: questions of every version, to say where it does not speak one. */
export const hubSubscriptions = (versions: readonly number[]): string[] => [
  topicsOf('+', '+').request,
  ...versions.flatMap(version => [topicsOf('+', version).ledger, topicsOf('+', version).telemetry]),
  topicsOf('+').presence,
];

/** Version, terminal and leaf of a topic. Undefined where it is no topic of the contract in any version. */
export function readTopic(
  topic: string,
): { version: number; terminal: string; leaf: keyof Topics } | undefined {
  const [, number, terminal, leaf] =
    /^madoguchi\/([1-9]\d{0,2})\/([a-z0-9-]+)\/([a-zA-Z]+)$/.exec(topic) ?? [];
  const version = Number(number);
  return terminal &&
    leaf &&
    Object.entries(topicsOf(terminal, version)).some(([name, one]) => name === leaf && one === topic)
    ? { version, terminal, leaf: leaf as keyof Topics }
    : undefined;
}
