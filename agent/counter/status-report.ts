// State of a terminal, for whoever asks on its panel socket (`madoguchi status`). It holds nothing personal and no secret.
// Programs of other versions read it too: they ignore fields that they do not know.
import * as v from 'valibot';
import type { JournalFailure } from '../journal/journal-failure.ts';
import type { LedgerStatus } from '../ledger/ledger-status.ts';

const device = v.object({ online: v.boolean() });
const transaction = v.pipe(v.string(), v.regex(/^[0-9a-f]{32}$/));
const count = v.pipe(v.number(), v.integer(), v.minValue(0));

export const statusReport = v.object({
  terminal: v.string(),
  software: v.string(),
  state: v.picklist(['open', 'serving', 'outOfService']),
  /** Missing conditions, in the order in which a person would look; while somebody is served, those of the print under way. */
  conditions: v.array(v.object({ part: v.string(), code: v.string(), hint: v.string(), text: v.string() })),
  /** What stops nobody yet, as of the last look. Agents before version 0.2 have none. */
  warnings: v.optional(v.array(v.object({ part: v.string(), code: v.string(), hint: v.string() }))),
  /** As of the last look; undefined where the gate did not answer. */
  devices: v.optional(
    v.object({ native: v.boolean(), card: device, pinpad: device, receipt: device, page: device }),
  ),
  panelConnected: v.boolean(),
  /** The hub itself answered at most a minute ago, on the present connection. */
  hubOnline: v.boolean(),
  /** How this terminal stands to the hub. Agents before version 0.2 do not tell. */
  hub: v.optional(
    v.object({
      /** The broker is reached. */
      brokerOnline: v.boolean(),
      /** Why it is not, or was not last time; `reason`: of the broker, 128 to 255 (MQTT 5, 2.4). */
      failure: v.optional(v.string()),
      reason: v.optional(count),
      /** Measured speed of the line to the broker, where it is known. */
      bytesPerSecond: v.optional(count),
      /** This machine's clock against the hub's, in ms: positive where it is ahead. Undefined before the hub's first answer. */
      clockAheadMs: v.optional(v.pipe(v.number(), v.integer())),
      /** The certificate that runs out first: its file, its last day, and the whole days until then (negative: after it). */
      certificate: v.object({ file: v.string(), until: v.string(), days: v.pipe(v.number(), v.integer()) }),
      /** Messages that were not used, since the start; and why the last one was not. */
      unused: count,
      lastUnused: v.optional(v.object({ topic: v.string(), code: v.string(), path: v.optional(v.string()) })),
    }),
  ),
  /** `waiting`: records that the hub has not acknowledged. `failure`: what the disk refused last, or why the reserve is short; with
   * `limit`, of what there is no more, and `path`, where. `stopped`: why the journal may not be used. */
  journal: v.object({
    waiting: count,
    reserveReached: v.boolean(),
    failure: v.optional(v.string()),
    limit: v.optional(v.string()),
    path: v.optional(v.string()),
    stopped: v.optional(v.string()),
  }),
  /** `dropped`: lines of the agent's log that could not be written, since the start. Agents before version 0.2 do not tell. */
  log: v.optional(v.object({ dropped: count })),
  /** The transaction under way. */
  serving: v.optional(v.object({ transaction, at: v.string() })),
  /** Transactions of a previous run that have not ended, each with the state in which it was interrupted. */
  interrupted: v.array(v.object({ transaction, at: v.string() })),
  /**
   * Transactions whose money or paper a person decides about, from the journal: the last 20, the youngest last. `number`: the short
   * number on the slip. `owedYen`: owed to the resident for certain. `paper`: what the gate signed of it after the end, by which the
   * person decides.
   */
  claims: v.array(
    v.object({
      ...{ transaction, number: v.optional(v.string()), outcome: v.string(), code: v.string() },
      ...{ owedYen: v.optional(count), paper: v.optional(v.string()) },
    }),
  ),
});

export type StatusReport = v.InferOutput<typeof statusReport>;
/** What the counter contributes. */
export type CounterStatus = Pick<
  StatusReport,
  'state' | 'conditions' | 'warnings' | 'devices' | 'serving' | 'interrupted' | 'claims'
>;

/** What is reported of the ledger. */
export const journalReport = ({
  waiting,
  reserveReached,
  failure,
  stopped,
}: LedgerStatus): StatusReport['journal'] => ({
  waiting,
  reserveReached,
  ...failureReport(failure),
  ...(stopped && { stopped }),
});

export function failureReport(failed: JournalFailure | undefined): Partial<StatusReport['journal']> {
  if (!failed) return {};
  const { code: failure, limit, path } = failed;
  return { failure, ...(limit && { limit }), ...(path && { path }) };
}
