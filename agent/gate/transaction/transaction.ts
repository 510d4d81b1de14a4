// One transaction as the gate holds it: in memory only, and gone when it ends.
import { randomBytes } from 'node:crypto';
import { type KeyPair, newKeyPair } from '../../protocol/cose-key.ts';
import type { Order } from '../../protocol/order-choice.ts';
import type { SubjectToken } from '../../protocol/subject-token.ts';
import { GateRefusal } from '../gate-refusal.ts';
import type { HeldDocument, PrintRun } from '../print/print-run.ts';
import { DocumentIntake } from './document-intake.ts';

/** What the card signed first, and its signature: the order is sealed together with them. */
export interface SignedStatement {
  statement: Buffer;
  signature: Buffer;
}

export class Transaction {
  /** As the agent names it, 32 hex digits; and its 16 bytes. */
  readonly name: string;
  readonly id: Buffer;
  /** The document is sealed to this pair. Made here, never written anywhere. */
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
  #over = new AbortController();

  constructor(name: string) {
    this.name = name;
    this.id = Buffer.from(name, 'hex');
  }

  /** Aborts when the transaction ends, with gate/noTransaction. */
  get signal(): AbortSignal {
    return this.#over.signal;
  }

  /** Errors: gate/sequence where `part` has not come yet. */
  need<N extends 'certificate' | 'authentication' | 'token' | 'order'>(part: N): NonNullable<this[N]> {
    const value = this[part];
    if (value === undefined) throw new GateRefusal('gate/sequence', { detail: { missing: part } });
    return value;
  }

  /** Zeroes what the card gave and signed. A card that is read next begins anew. */
  forgetCard(): void {
    this.certificate?.fill(0);
    this.authentication?.signature.fill(0);
    this.certificate = this.authentication = undefined;
  }

  /** Zeroes the document, as far as it came. What was learned of the print stays. */
  eraseDocument(): void {
    this.intake.erase();
    this.document?.pdf.fill(0);
    this.document = undefined;
  }

  /** Ends it: bytes are zeroed; the key pair, which Node cannot zero, goes with this object. */
  end(): void {
    this.#over.abort(new GateRefusal('gate/noTransaction'));
    this.eraseDocument();
    this.forgetCard();
    this.nonce.fill(0);
    this.token = this.order = undefined;
  }
}
