// The JPKI application (公的個人認証AP) as data. Source of every number: OpenSC, src/libopensc/jpki.h, card-jpki.c and
// pkcs15-jpki.c; labels: myna, libmyna. Only the part for user authentication (利用者証明用), which is all that certificates at
// a convenience store need.
import { type CardAlgorithm, type CardProfile, maxCertificateBytes } from '../contract/card.ts';

export interface JpkiProfile {
  aid: Buffer;
  /** File ids. */
  files: { label: number; certificate: number; pin: number; key: number };
  /** Length of the label, padded with spaces, in bytes. */
  labelBytes: number;
  /**
   * Token label -> kind of card. A smartphone (JPKIAPGPSETOKEN, JPKIAPIOSTOKEN) requires its PIN before reading and is not
   * supported.
   */
  labels: Readonly<Record<string, CardProfile>>;
  /** Number of digits of the PIN. */
  pinDigits: number;
  /** Max. bytes requested by one READ BINARY, 1 to 256. */
  readBytes: number;
  /** Max. length of a certificate, in bytes. A longer one is refused. */
  maxCertificateBytes: number;
  /** RSASSA-PKCS1-v1_5 with SHA-256: RS256. */
  algorithm: CardAlgorithm;
  /** Length of a signature, in bytes: RSA-2048. */
  signatureBytes: number;
}

export const jpki: JpkiProfile = {
  aid: Buffer.from('d392f000260100000001', 'hex'),
  files: { label: 0x0006, certificate: 0x000a, pin: 0x0018, key: 0x0017 },
  labelBytes: 32,
  labels: { JPKIAPICCTOKEN2: 'mynumber', JPKIAPICCTOKEN: 'juki' },
  pinDigits: 4,
  readBytes: 256,
  maxCertificateBytes,
  algorithm: -257,
  signatureBytes: 256,
};

/**
 * A wall clock before this time is wrong (2026-11-01 UTC, before the first release). Then the driver refuses no card as
 * expired. The hub, which has the right time, checks the certificate.
 */
export const TRUSTED_SINCE_MS = Date.UTC(2026, 10, 1);
