// One transaction in the gate. It is in memory only, and is erased when it ends.
import { randomBytes } from 'node:crypto';
import { type KeyPair, newKeyPair } from '../../protocol/cose-key.ts';
import type { Order } from '../../protocol/order-choice.ts';
import type { SubjectToken } from '../../protocol/subject-token.ts';
import { GateRefusal } from '../gate-refusal.ts';
import type { HeldDocument, PrintRun } from '../print/print-run.ts';
import { DocumentIntake } from './document-intake.ts';

/** The card's first statement and its signature. The order is sealed together with them. */
export interface SignedStatement {
  statement: Buffer;
  signature: Buffer;
}

export class Transaction {
  /** The agent's name for it, 32 hex digits; and its 16 bytes. */
  readonly name: string;
  readonly id: Buffer;
  /** The document is sealed to this key pair. It is made here and never written anywhere. */
  readonly key: KeyPair = newKeyPair();
  readonly nonce: Buffer = randomBytes(32);
  readonly intake = new DocumentIntake();
  certificate: Buffer | undefined;
  authentication: SignedStatement | undefined;
  token: SubjectToken | undefined;
  order: Order | undefined;
  document: HeldDocument | undefined;
  print: PrintRun | undefined;
  /** A command of this transaction is running. */
  busy = false;
  #ended = new AbortController();

  constructor(name: string) {
    this.name = name;
    this.id = Buffer.from(name, 'hex');
  }

  /** Aborts when the transaction ends, with gate/noTransaction. */
  get signal(): AbortSignal {
    return this.#ended.signal;
  }

  /** Errors: gate/sequence where `part` is not there yet. */
  need<N extends 'certificate' | 'authentication' | 'token' | 'order'>(part: N): NonNullable<this[N]> {
    const value = this[part];
    if (value === undefined) throw new GateRefusal('gate/sequence', { detail: { missing: part } });
    return value;
  }

  /** Zeroes what the card gave and signed. The next card has to authenticate again. */
  forgetCard(): void {
    this.certificate?.fill(0);
    this.authentication?.signature.fill(0);
    this.certificate = this.authentication = undefined;
  }

  /** Zeroes the document, also a partly received one. The state of the print is kept. */
  eraseDocument(): void {
    this.intake.erase();
    this.document?.pdf.fill(0);
    this.document = undefined;
  }

  /** Ends it and zeroes its bytes. Node cannot zero the key pair: it is collected with this object. */
  end(): void {
    this.#ended.abort(new GateRefusal('gate/noTransaction'));
    this.eraseDocument();
    this.forgetCard();
    this.nonce.fill(0);
    this.token = this.order = undefined;
  }
}
