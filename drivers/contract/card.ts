// What a card reader and an ID card promise, whatever the reader's make (XFS4IoT: CardReader, IDC).

/** Which card lies in the reader, told by the JPKI token label. */
export type CardProfile = 'mynumber' | 'juki';

export interface CardIdentity {
  profile: CardProfile;
  /** DER of the authentication certificate (利用者証明用電子証明書). Holds no name and no address. */
  certificate: Buffer;
  /** PIN tries left, 0 to 3, asked of the card without costing a try. */
  triesLeft: number;
}

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

/** One slot. Emits what changed; tells the present state when asked. */
export interface CardReader {
  readonly online: boolean;
  readonly present: boolean;
  onEvent(listener: (event: CardReaderEvent) => void): void;
  /** Connects to the card that lies in the slot. Errors: card/absent, card/readerOffline, card/noApplication. */
  open(): Promise<IdCard>;
  close(): Promise<void>;
}
