// The enrolled terminals: their keys and epochs. Durable.
import type { DatabaseSync } from 'node:sqlite';
import { decode, encode } from '../../../agent/protocol/cbor.ts';
import type { CoseKey } from '../../../agent/protocol/cose-key.ts';

export interface Terminal {
  terminal: string;
  /** Rises with each enrolment and each release of a journal. The keys are those of the last enrolment. */
  epoch: number;
  agentKey: CoseKey;
  gateKey: CoseKey;
}

export const terminalsSchema = `CREATE TABLE IF NOT EXISTS terminals (
  terminal TEXT NOT NULL, epoch INTEGER NOT NULL, agent_key BLOB NOT NULL, gate_key BLOB NOT NULL,
  PRIMARY KEY (terminal, epoch)
) STRICT`;

export class Terminals {
  readonly #database: DatabaseSync;

  constructor(database: DatabaseSync) {
    this.#database = database;
  }

  /** The terminal in its present epoch, or in an earlier one. */
  find(terminal: string, epoch?: number): Terminal | undefined {
    const row = this.#database
      .prepare(
        'SELECT epoch, agent_key, gate_key FROM terminals WHERE terminal = ? AND epoch <= ? ORDER BY epoch DESC LIMIT 1',
      )
      .get(terminal, epoch ?? Number.MAX_SAFE_INTEGER);
    return (
      row && {
        terminal,
        epoch: Number(row.epoch),
        agentKey: decode(row.agent_key as Uint8Array) as CoseKey,
        gateKey: decode(row.gate_key as Uint8Array) as CoseKey,
      }
    );
  }

  /** Adds an enrolment with these keys and returns its epoch. Call it inside the transaction that spends the code. */
  add(terminal: string, agentKey: CoseKey, gateKey: CoseKey): number {
    const epoch = (this.find(terminal)?.epoch ?? 0) + 1;
    this.#database
      .prepare('INSERT INTO terminals VALUES (?, ?, ?, ?)')
      .run(terminal, epoch, encode(agentKey), encode(gateKey));
    return epoch;
  }
}
