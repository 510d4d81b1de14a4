// Who may import whom: the rooms' walls, as a table (docs/architecture.md). Packages are not judged here.

interface Rule {
  /** Files whose path begins with this. The first rule that fits counts. */
  of: string;
  /** Beginnings of the paths that they may import. */
  may: readonly string[];
  /** Beginnings of the paths that they must not import even so. */
  butNot?: readonly string[];
}

/** What each class of device promises, as types and schemas. */
const contract = ['drivers/contract/', 'drivers/base/'];
/** What of `drivers/` a program may know that touches no device: never a driver. */
const devicesByContract = [...contract, 'drivers/door/'];

/** Judges the other side by the contract, by the gate's own judge of documents, and with the simulator's parts. */
const ofTheKit = [
  ...['conformance/', 'agent/protocol/', 'simulator/'],
  ...['agent/gate/pdf/', 'agent/gate/transaction/checks.ts', 'agent/gate/gate-refusal.ts'],
];

export const rules: readonly Rule[] = [
  { of: 'agent/protocol/', may: ['agent/protocol/'] },
  // a table, which both programs give to their end of the door: it knows nothing of how the door works
  { of: 'agent/commands/', may: ['agent/commands/', 'agent/protocol/', ...contract] },
  // the second program: it prints, so it has a driver; it checks what services signed, so it has the contract with the hub
  { of: 'agent/gate/', may: ['agent/gate/', 'agent/commands/', 'agent/protocol/', 'drivers/'] },
  // records are bytes to it: what they mean is the transaction's
  {
    of: 'agent/ledger/',
    may: ['agent/', ...devicesByContract],
    butNot: ['agent/gate/', 'agent/transaction/', 'agent/counter/', 'agent/telemetry/'],
  },
  { of: 'agent/', may: ['agent/', ...devicesByContract], butNot: ['agent/gate/'] },
  { of: 'drivers/base/', may: ['drivers/base/'] },
  // a channel: it is given the table of what goes through it
  { of: 'drivers/door/', may: ['drivers/door/', 'drivers/base/'] },
  { of: 'drivers/contract/', may: contract },
  { of: 'drivers/', may: ['drivers/'] },
  { of: 'provisioning/', may: ['provisioning/', 'agent/', ...devicesByContract] },
  // never a driver nor the agent's inside: a shared mistake would stand on both sides
  { of: 'simulator/', may: ['simulator/', 'agent/protocol/'] },
  // knows a hub by its address, codes and root document only: what the virtual hub does in its own way is not the contract
  { of: 'conformance/hub/', may: ofTheKit, butNot: ['simulator/hub/'] },
  { of: 'conformance/', may: ofTheKit },
  { of: 'test/', may: [''] },
];

/** Folders that hold our code. */
export const roots = ['agent', 'conformance', 'drivers', 'provisioning', 'simulator', 'test'];

/** What `from` may import, where it must not import `to`; both are paths from the repository's root. */
export function broken(from: string, to: string): readonly string[] | undefined {
  const { may = [], butNot = [] } = rules.find(rule => from.startsWith(rule.of)) ?? {};
  const begins = (start: string) => to.startsWith(start);
  return may.some(begins) && !butNot.some(begins) ? undefined : may;
}
