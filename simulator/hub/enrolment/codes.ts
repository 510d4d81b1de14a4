// One-time codes for enrolment. A code is valid for one terminal, once, and for a limited time. Only digests are stored.
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { DatabaseSync } from 'node:sqlite';
import { parse, terminalId } from '../../../agent/protocol/schema.ts';

export const codesSchema = `CREATE TABLE IF NOT EXISTS enrolment_codes (
  digest BLOB PRIMARY KEY, terminal TEXT NOT NULL, expires INTEGER NOT NULL, spent INTEGER, claim BLOB
) STRICT`;

/** Crockford's base 32: no I, L, O, U. */
const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

export type CodeState = 'good' | 'repeated' | 'unknown' | 'expired' | 'used';

export class EnrolmentCodes {
  readonly #database: DatabaseSync;
  readonly #wall: () => number;

  /** `wall`: ms since 1970. The codes are valid over a restart of the hub, so they need the wall clock. */
  constructor(database: DatabaseSync, wall: () => number) {
    this.#database = database;
    this.#wall = wall;
  }

  /**
   * A new code for `terminal`, valid for `goodMs`: 25 characters in five groups, 125 random bits.
   * Errors: protocol/schema if `terminal` is not a valid id: it becomes a part of MQTT topics, where `#` is a wildcard.
   */
  create(terminal: string, goodMs: number): string {
    parse(terminalId, terminal);
    const characters = [...randomBytes(25)].map(byte => alphabet[byte % 32]).join('');
    const code = characters.match(/.{5}/g)!.join('-');
    this.#database
      .prepare('INSERT INTO enrolment_codes VALUES (?, ?, ?, NULL, NULL)')
      .run(digestOf(code), terminal, this.#wall() + goodMs);
    return code;
  }

  /**
   * The state of the code. It is compared with every stored code in constant time. `claim`: digest of what is claimed with it. `repeated`:
   * the claim that spent it comes again before it expires, because the answer was lost.
   */
  look(
    code: string,
    claim: Uint8Array,
  ): { state: 'good' | 'repeated'; terminal: string } | { state: Exclude<CodeState, 'good' | 'repeated'> } {
    const digest = digestOf(code);
    const rows = this.#database.prepare('SELECT * FROM enrolment_codes').all();
    const row = rows.filter(({ digest: other }) => timingSafeEqual(other as Uint8Array, digest))[0];
    if (!row) return { state: 'unknown' };
    const terminal = String(row.terminal);
    const isOver = Number(row.expires) <= this.#wall();
    const isSame = row.claim !== null && timingSafeEqual(row.claim as Uint8Array, claim);
    if (row.spent !== null) return !isOver && isSame ? { state: 'repeated', terminal } : { state: 'used' };
    return isOver ? { state: 'expired' } : { state: 'good', terminal };
  }

  /** Marks the code as used; false if another claim was faster. Call it inside the transaction that adds the terminal. */
  spend(code: string, claim: Uint8Array): boolean {
    const { changes } = this.#database
      .prepare('UPDATE enrolment_codes SET spent = ?, claim = ? WHERE digest = ? AND spent IS NULL')
      .run(this.#wall(), claim, digestOf(code));
    return changes === 1;
  }
}

const digestOf = (code: string): Buffer => createHash('sha256').update(code).digest();
