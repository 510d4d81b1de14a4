// The questions to the issuing service, its answers, and the state of its behaviours.
import type { CoseKey } from '../../../agent/protocol/cose-key.ts';
import type { IssuingKeys } from '../keys/hub-keys.ts';
import type { Entry, Register } from '../residents/register.ts';
import type { Behaviour } from '../service/behaviour.ts';
import type { Challenges } from '../service/challenges.ts';
import type { HubClock } from '../service/hub-clock.ts';
import type { HeldDocuments } from './held-documents.ts';
import type { CertificateFont } from './paper/certificate-font.ts';
import type { VerifiedOrder } from './verified-order.ts';

export interface OrderQuestion {
  ask: 'order';
  terminal: string;
  transaction: Buffer;
  sealed: Buffer;
}

export type IssuingQuestion =
  | { ask: 'probe' }
  /** Asks for a challenge for the order of `holder`. The card authentication service named the holder. */
  | { ask: 'orderChallenge'; terminal: string; transaction: Buffer; holder: string }
  | OrderQuestion
  | { ask: 'fetch'; terminal: string; transaction: Buffer; offset: number };

export type IssuingAnswer =
  | { answer: 'probe' }
  | { answer: 'orderChallenge'; challenge: Buffer }
  | { answer: 'order'; size: number; digest: Buffer }
  | { answer: 'fetch'; offset: number; chunk: Buffer };

export interface IssuingState {
  register: Register;
  challenges: Challenges<{ terminal: string; holder: string }>;
  held: HeldDocuments;
  /** By municipality: signs its manifests; its orders are sealed to the second. */
  keys: Readonly<Record<string, IssuingKeys>>;
  /** The card authentication service's public key. */
  cardAuthentication: CoseKey;
  /** Shared with the card authentication service only. */
  commonKey: Buffer;
  font: CertificateFont;
  clock: HubClock;
  /** Makes the sealed document: `makeDocument`, or the function of a fault. */
  make(verified: VerifiedOrder, entry: Entry, state: IssuingState): Promise<Buffer>;
}

export type IssuingBehaviour = Behaviour<IssuingQuestion, IssuingState, IssuingAnswer>;
