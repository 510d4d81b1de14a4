// The contract of a card reader and an ID card, independent of the reader's model (XFS4IoT: CardReader, IDC).
import * as v from 'valibot';
import { bytes, count } from './fields.ts';

/** Max. length of a card's certificate, in bytes. */
export const maxCertificateBytes = 8192;
/** Max. length of a card's signature, in bytes: RSA-4096. */
const maxSignatureBytes = 512;

/** What a card signs with, by its COSE number (IANA COSE Algorithms): RS256, ES256, ES384. */
const cardAlgorithm = v.picklist([-257, -7, -35]);

const cardProfile = v.picklist(['mynumber', 'juki']);

export const cardIdentity = v.strictObject({
  profile: cardProfile,
  /** DER of the authentication certificate (利用者証明用電子証明書). Holds no name and no address. */
  certificate: bytes(1, maxCertificateBytes),
  /** PIN tries left: 0 to 15 in ISO/IEC 7816-4; a My Number Card has 3. Reading the counter costs no try. */
  triesLeft: count(0, 15),
});

/** A card's signature over a message. ECDSA signatures are r ‖ s. */
export const cardSignature = v.strictObject({
  algorithm: cardAlgorithm,
  signature: bytes(1, maxSignatureBytes),
});

export const cardReaderStatus = v.strictObject({
  online: v.boolean(),
  /** Whether a card is in the reader. */
  present: v.boolean(),
});

/** The kind of card in the reader, by its JPKI token label. */
export type CardProfile = v.InferOutput<typeof cardProfile>;
export type CardAlgorithm = v.InferOutput<typeof cardAlgorithm>;
export type CardSignature = v.InferOutput<typeof cardSignature>;
export type CardIdentity = v.InferOutput<typeof cardIdentity>;

/** An ID card in the reader, with its application selected. After the card is removed, every call fails with `card/removed`. */
export interface IdCard {
  /**
   * Reads label, certificate and retry counter. Errors: card/noApplication, card/foreign, card/expired, card/locked,
   * card/removed.
   */
  read(): Promise<CardIdentity>;
  /**
   * Sends one VERIFY with the 4 ASCII digits in `pin`. The caller zeroes `pin`; the driver zeroes its own copies.
   * Errors: card/wrongPin with detail.triesLeft, card/locked, card/removed.
   */
  verify(pin: Buffer): Promise<void>;
  /** The card's signature over `message`, and its algorithm. Errors: card/notVerified, card/removed. */
  sign(message: Buffer): Promise<CardSignature>;
}

export type CardReaderEvent = 'inserted' | 'removed' | 'online' | 'offline';

/** A reader with one slot. `online` and `present` are its present state; events report changes. */
export interface CardReader {
  readonly online: boolean;
  readonly present: boolean;
  onEvent(listener: (event: CardReaderEvent) => void): void;
  /** Connects to the card in the slot. Errors: card/absent, card/readerOffline, card/noApplication. */
  open(): Promise<IdCard>;
  close(): Promise<void>;
}
