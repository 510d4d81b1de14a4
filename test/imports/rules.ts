// Who may import whom: the rooms' walls, as a table (docs/architecture.md). Packages are not judged here.

interface Rule {
  /** Files whose path begins with this. The first rule that fits counts. */
  of: string;
  /** Beginnings of the paths that they may import. */
  may: readonly string[];
}

export const rules: readonly Rule[] = [
  { of: 'agent/protocol/', may: ['agent/protocol/'] },
  { of: 'agent/', may: ['agent/', 'drivers/contract/'] },
  { of: 'drivers/contract/', may: ['drivers/contract/'] },
  // the gate checks what services signed, so it needs the contract with the hub
  { of: 'drivers/gate/', may: ['drivers/', 'agent/protocol/'] },
  { of: 'drivers/', may: ['drivers/'] },
  { of: 'provisioning/', may: ['provisioning/', 'agent/', 'drivers/contract/'] },
  // never a driver nor the agent's inside: a shared mistake would stand on both sides
  { of: 'simulator/', may: ['simulator/', 'agent/protocol/'] },
  { of: 'test/', may: [''] },
];

/** Folders that hold our code. */
export const roots = ['agent', 'drivers', 'provisioning', 'simulator', 'test'];

/** What `from` may import, where it must not import `to`; both are paths from the repository's root. */
export function broken(from: string, to: string): readonly string[] | undefined {
  const may = rules.find(rule => from.startsWith(rule.of))?.may ?? [];
  return may.some(start => to.startsWith(start)) ? undefined : may;
}
