// The JPKI application (公的個人認証AP) as data. Source of every number: OpenSC, src/libopensc/jpki.h, card-jpki.c and
// pkcs15-jpki.c; labels: myna, libmyna. Only what a certificate at a convenience store needs: the 利用者証明用 side.
import { type CardProfile, maxCertificateBytes, signatureBytes } from '../contract/card.ts';

export interface JpkiProfile {
  aid: Buffer;
  /** File ids. */
  files: { label: number; certificate: number; pin: number; key: number };
  /** Bytes of the label, padded with spaces. */
  labelBytes: number;
  /** Token label -> card. A smartphone (JPKIAPGPSETOKEN, JPKIAPIOSTOKEN) wants its PIN first and is not served. */
  labels: Readonly<Record<string, CardProfile>>;
  /** Digits of the PIN. */
  pinDigits: number;
  /** Most bytes asked for in one READ BINARY, 1 to 256. */
  readBytes: number;
  /** Longest certificate believed, bytes. */
  maxCertificateBytes: number;
  /** Bytes of a signature: RSA-2048. */
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
  signatureBytes,
};

/**
 * Wall clocks before this are wrong (2026-11-01 UTC, before the first release), and then no card is refused as
 * expired: the hub, which has the right time, decides.
 */
export const TRUSTED_SINCE_MS = Date.UTC(2026, 10, 1);
