// Whose card it is: certificates, each by its digest, and the revocation list.
import { X509Certificate } from 'node:crypto';
import { HubError } from '../hub-error.ts';

export class CardRegistry {
  readonly #authorities: readonly X509Certificate[];
  readonly #holders = new Map<string, string>();
  readonly #revoked = new Set<string>();

  /** `authorities`: DER of each authority whose cards are taken. */
  constructor(authorities: readonly Buffer[]) {
    this.#authorities = authorities.map(der => new X509Certificate(der));
  }

  /** The authority whose signature the certificate carries; undefined where none of ours. */
  issuerOf(certificate: X509Certificate): X509Certificate | undefined {
    return this.#authorities.find(
      authority => certificate.checkIssued(authority) && certificate.verify(authority.publicKey),
    );
  }

  /** Binds a card's certificate (DER) to a resident, for good. Errors: HubError where it is another resident's. */
  register(certificate: Buffer, resident: string): void {
    const { fingerprint256 } = new X509Certificate(certificate);
    const holder = this.#holders.get(fingerprint256) ?? resident;
    if (holder !== resident) throw new HubError('the card is bound to another resident');
    this.#holders.set(fingerprint256, resident);
  }

  revoke(certificate: Buffer): void {
    this.#revoked.add(new X509Certificate(certificate).fingerprint256);
  }

  isRevoked({ fingerprint256 }: X509Certificate): boolean {
    return this.#revoked.has(fingerprint256);
  }

  holderOf({ fingerprint256 }: X509Certificate): string | undefined {
    return this.#holders.get(fingerprint256);
  }
}
