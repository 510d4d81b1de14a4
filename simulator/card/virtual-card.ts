// A virtual card: a state and a list of behaviours. The first behaviour that answers a command decides.
import type { KeyObject } from 'node:crypto';
import { answer, type Command, parseCommand, SW } from './apdu.ts';

/** The answer of a card: a response APDU; or `mute`, no answer (the card was removed or is broken). */
export type CardAnswer = Buffer | 'mute';

/** Answers a command, or returns undefined: then the next behaviour is tried. A fault is a behaviour before the others. */
export type CardBehaviour = (
  command: Command,
  card: VirtualCard,
) => CardAnswer | undefined | Promise<CardAnswer | undefined>;

/** The two purposes of JPKI: 利用者証明用 (4 digits) and 署名用 (6 to 16 characters). */
export type CardPurpose = 'auth' | 'sign';

export interface CardPin {
  readonly value: string;
  /** Number of wrong tries in a row that lock the PIN. */
  readonly limit: number;
  triesLeft: number;
  verified: boolean;
}

export interface CardCredential {
  /** DER. */
  certificate: Buffer;
  key: KeyObject;
}

export interface VirtualCardOptions {
  atr: Buffer;
  /** Subject CN of the certificates. It does not identify the holder. */
  serial: string;
  label: string;
  pins: Record<CardPurpose, string>;
  caCertificate: Buffer;
  makeCredential(purpose: CardPurpose): Promise<CardCredential>;
  behaviours: readonly CardBehaviour[];
}

export class VirtualCard {
  readonly atr: Buffer;
  readonly serial: string;
  readonly label: string;
  readonly caCertificate: Buffer;
  readonly pins: Record<CardPurpose, CardPin>;
  /** Tried in order. Put a fault in front: `card.behaviours.unshift(fault)`. */
  readonly behaviours: CardBehaviour[];
  /** Selected application and file; only the behaviours change them. */
  application: string | undefined;
  file: number | undefined;
  #makeCredential: (purpose: CardPurpose) => Promise<CardCredential>;
  #credentials = new Map<CardPurpose, Promise<CardCredential>>();

  constructor(options: VirtualCardOptions) {
    this.atr = options.atr;
    this.serial = options.serial;
    this.label = options.label;
    this.caCertificate = options.caCertificate;
    this.pins = {
      // as on real cards: 3 tries for 利用者証明用, 5 for 署名用
      auth: { value: options.pins.auth, limit: 3, triesLeft: 3, verified: false },
      sign: { value: options.pins.sign, limit: 5, triesLeft: 5, verified: false },
    };
    this.behaviours = [...options.behaviours];
    this.#makeCredential = options.makeCredential;
  }

  /** The key and certificate of `purpose`. They are made at the first call (an RSA key takes 50 to 500 ms). */
  credential(purpose: CardPurpose): Promise<CardCredential> {
    const made = this.#credentials.get(purpose) ?? this.#makeCredential(purpose);
    this.#credentials.set(purpose, made);
    return made;
  }

  /** Power-up or reset: the selection and the verified PINs are lost. The number of tries stays. */
  reset(): void {
    this.application = undefined;
    this.file = undefined;
    this.forgetPins();
  }

  forgetPins(): void {
    for (const pin of Object.values(this.pins)) pin.verified = false;
  }

  /** Answers one command APDU. */
  async transmit(apdu: Buffer): Promise<CardAnswer> {
    const command = parseCommand(apdu);
    if (!command) return answer(SW.wrongLength);
    for (const behaviour of this.behaviours) {
      const response = await behaviour(command, this);
      if (response !== undefined) return response;
    }
    return answer(command.ins === 0xa4 ? SW.notFound : SW.unknownInstruction);
  }
}
