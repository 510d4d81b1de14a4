// A card as a state and a list of behaviours: each command goes to the first behaviour that answers it.
import type { KeyObject } from 'node:crypto';
import { answer, type Command, parseCommand, SW } from './apdu.ts';

/** What a card gives back: a response APDU, or nothing at all (torn out, dead). */
export type CardAnswer = Buffer | 'mute';

/** A behaviour answers, or gives `undefined` to let the next one try. A fault is a behaviour before the default ones. */
export type CardBehaviour = (
  command: Command,
  card: VirtualCard,
) => CardAnswer | undefined | Promise<CardAnswer | undefined>;

/** The two purposes of JPKI: 利用者証明用 (4 digits) and 署名用 (6 to 16 characters). */
export type CardPurpose = 'auth' | 'sign';

export interface CardPin {
  readonly value: string;
  /** Wrong tries in a row that lock it. */
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
  /** Subject CN of the certificates: a number that says nothing of the holder. */
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
      // facts of the card: 3 tries for 利用者証明用, 5 for 署名用
      auth: { value: options.pins.auth, limit: 3, triesLeft: 3, verified: false },
      sign: { value: options.pins.sign, limit: 5, triesLeft: 5, verified: false },
    };
    this.behaviours = [...options.behaviours];
    this.#makeCredential = options.makeCredential;
  }

  /** The key pair and certificate of `purpose`; made when first asked for (an RSA key takes 50 to 500 ms). */
  credential(purpose: CardPurpose): Promise<CardCredential> {
    const made = this.#credentials.get(purpose) ?? this.#makeCredential(purpose);
    this.#credentials.set(purpose, made);
    return made;
  }

  /** Power or reset: forgets what was selected and verified; the tries stay. */
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
      const given = await behaviour(command, this);
      if (given !== undefined) return given;
    }
    return answer(command.ins === 0xa4 ? SW.notFound : SW.unknownInstruction);
  }
}
