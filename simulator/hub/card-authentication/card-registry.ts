// The holders of cards, by the digest of the certificate, and the revocation list. Durable.
import { X509Certificate } from 'node:crypto';
import type { DatabaseSync } from 'node:sqlite';
import { HubError } from '../service/hub-error.ts';

export const cardsSchema = `
CREATE TABLE IF NOT EXISTS cards (fingerprint TEXT PRIMARY KEY, resident TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS revoked_cards (fingerprint TEXT PRIMARY KEY) STRICT, WITHOUT ROWID`;

export class CardRegistry {
  readonly #authorities: readonly X509Certificate[];
  readonly #database: DatabaseSync;

  /** `authorities`: certificates (DER) of the authorities whose cards are accepted. `database` has `cardsSchema`. */
  constructor(authorities: readonly Buffer[], database: DatabaseSync) {
    this.#authorities = authorities.map(der => new X509Certificate(der));
    this.#database = database;
  }

  /** The authority that signed the certificate; undefined if it is not one of `authorities`. */
  issuerOf(certificate: X509Certificate): X509Certificate | undefined {
    return this.#authorities.find(
      authority => certificate.checkIssued(authority) && certificate.verify(authority.publicKey),
    );
  }

  /** Binds a card's certificate (DER) to a resident permanently. Errors: HubError if it is bound to another resident. */
  register(der: Buffer, resident: string): void {
    const certificate = new X509Certificate(der);
    this.#database
      .prepare('INSERT INTO cards VALUES (?, ?) ON CONFLICT (fingerprint) DO NOTHING')
      .run(certificate.fingerprint256, resident);
    if (this.holderOf(certificate) !== resident) throw new HubError('the card is bound to another resident');
  }

  revoke(certificate: Buffer): void {
    this.#database
      .prepare('INSERT OR IGNORE INTO revoked_cards VALUES (?)')
      .run(new X509Certificate(certificate).fingerprint256);
  }

  isRevoked({ fingerprint256 }: X509Certificate): boolean {
    const row = this.#database
      .prepare('SELECT 1 FROM revoked_cards WHERE fingerprint = ?')
      .get(fingerprint256);
    return row !== undefined;
  }

  holderOf({ fingerprint256 }: X509Certificate): string | undefined {
    const row = this.#database
      .prepare('SELECT resident FROM cards WHERE fingerprint = ?')
      .get(fingerprint256);
    return row && String(row.resident);
  }
}
