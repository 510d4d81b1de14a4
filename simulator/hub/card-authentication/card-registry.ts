// Whose card it is: certificates by the authority that issued them and their serial number, and the revocation list.
import { X509Certificate } from 'node:crypto';

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

  /** Binds a card's certificate (DER) to a resident. */
  register(certificate: Buffer, resident: string): void {
    this.#holders.set(keyOf(new X509Certificate(certificate)), resident);
  }

  revoke(certificate: Buffer): void {
    this.#revoked.add(keyOf(new X509Certificate(certificate)));
  }

  isRevoked(certificate: X509Certificate): boolean {
    return this.#revoked.has(keyOf(certificate));
  }

  holderOf(certificate: X509Certificate): string | undefined {
    return this.#holders.get(keyOf(certificate));
  }
}

/** A serial number is unique within its issuer only (RFC 5280, 4.1.2.2). */
const keyOf = (certificate: X509Certificate): string => `${certificate.issuer}\n${certificate.serialNumber}`;
