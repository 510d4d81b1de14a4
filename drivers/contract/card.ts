// What a card reader and an ID card promise, whatever the reader's make (XFS4IoT: CardReader, IDC).
import * as v from 'valibot';
import { bytes, count } from './fields.ts';

/** Length of the longest certificate that a card may have, in bytes. */
export const maxCertificateBytes = 8192;
/** Length of a signature, in bytes: RSA-2048. */
export const signatureBytes = 256;

const cardProfile = v.picklist(['mynumber', 'juki']);

export const cardIdentity = v.strictObject({
  profile: cardProfile,
  /** DER of the authentication certificate (利用者証明用電子証明書). Holds no name and no address. */
  certificate: bytes(1, maxCertificateBytes),
  /** PIN tries left, asked of the card without costing a try: 0 to 15 as ISO/IEC 7816-4 can say; a My Number Card has 3. */
  triesLeft: count(0, 15),
});

export const cardReaderStatus = v.strictObject({
  online: v.boolean(),
  /** A card lies in the reader. */
  present: v.boolean(),
});

/** Which card lies in the reader, by its JPKI token label. */
export type CardProfile = v.InferOutput<typeof cardProfile>;
export type CardIdentity = v.InferOutput<typeof cardIdentity>;

/** An ID card in the reader, its application selected. Gone as soon as the card leaves: every call then fails with `card/removed`. */
export interface IdCard {
  /** Reads label, certificate and retry counter. Errors: card/noApplication, card/foreign, card/expired, card/locked, card/removed. */
  read(): Promise<CardIdentity>;
  /**
   * One VERIFY with the 4 ASCII digits in `pin`, which the caller zeroes; our own copies are zeroed here.
   * Errors: card/wrongPin with detail.triesLeft, card/locked, card/removed.
   */
  verify(pin: Buffer): Promise<void>;
  /** RSA-2048 PKCS#1 v1.5 signature (256 bytes) over SHA-256(`message`). Errors: card/notVerified, card/removed. */
  sign(message: Buffer): Promise<Buffer>;
}

export type CardReaderEvent = 'inserted' | 'removed' | 'online' | 'offline';

/** One slot. `online` and `present` are its state now; events report changes. */
export interface CardReader {
  readonly online: boolean;
  readonly present: boolean;
  onEvent(listener: (event: CardReaderEvent) => void): void;
  /** Connects to the card that lies in the slot. Errors: card/absent, card/readerOffline, card/noApplication. */
  open(): Promise<IdCard>;
  close(): Promise<void>;
}
