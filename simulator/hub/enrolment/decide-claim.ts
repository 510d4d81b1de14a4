// Decides on one claim: checks the code, the proofs of the keys and the certificate request. Then it makes the certificate,
// the epoch and the grant.
import 'reflect-metadata';
import { createHash, createPublicKey } from 'node:crypto';
import type { DatabaseSync } from 'node:sqlite';
import * as x509 from '@peculiar/x509';
import { encode } from '../../../agent/protocol/cbor.ts';
import { toCoseKey } from '../../../agent/protocol/cose-key.ts';
import { type Claim, type Grant, readClaim } from '../../../agent/protocol/enrolment.ts';
import { isProtocolError } from '../../../agent/protocol/error.ts';
import type { Authority } from '../keys/authority.ts';
import { type Behaviour, firstAnswer } from '../service/behaviour.ts';
import { inTransaction } from '../store/database.ts';
import type { Terminals } from '../store/terminals.ts';
import type { EnrolmentCodes } from './codes.ts';

/** Codes of refused claims. They are sent to the client. */
export type EnrolmentRefusalCode =
  | 'enrolment/unknownCode'
  | 'enrolment/usedCode'
  | 'enrolment/expiredCode'
  | 'enrolment/badClaim'
  | 'enrolment/badRequest'
  | 'enrolment/tooManyAttempts';

export class EnrolmentRefusal extends Error {
  override readonly name = 'EnrolmentRefusal';
  readonly code: EnrolmentRefusalCode;

  constructor(code: EnrolmentRefusalCode, options?: ErrorOptions) {
    super(code, options);
    this.code = code;
  }
}

export interface ClaimOptions {
  database: DatabaseSync;
  codes: EnrolmentCodes;
  terminals: Terminals;
  link: Authority;
  /** The common fields of a grant, for one terminal and epoch. */
  grantFor(terminal: string, epoch: number): Omit<Grant, 'terminal' | 'epoch' | 'certificate' | 'authority'>;
}

/**
 * Receives the message of a claim. Its result is sent as the grant instead. Where it throws an EnrolmentRefusal, that is sent; with any
 * other error the server says 500, as if its answer were lost.
 */
export type EnrolmentBehaviour = Behaviour<Buffer, { grant(): Promise<Grant> }, Grant>;

const refusalOf = {
  unknown: 'enrolment/unknownCode',
  used: 'enrolment/usedCode',
  expired: 'enrolment/expiredCode',
} as const;

/**
 * The grant for a received claim; the same enrolment again, with a new certificate, where the claim is repeated and the terminal was
 * not enrolled since. Errors: EnrolmentRefusal; then the code is not used up.
 */
export async function decide(message: Uint8Array, options: ClaimOptions): Promise<Grant> {
  const claim = readOrRefuse(message);
  const digest = createHash('sha256').update(encode(claim)).digest();
  const found = options.codes.look(claim.code, digest);
  if (found.state !== 'good' && found.state !== 'repeated')
    throw new EnrolmentRefusal(refusalOf[found.state]);
  const { terminal } = found;
  const certificate = await options.link.certify(terminal, await publicKeyOf(claim.certificateRequest));
  // The certificate is sent only after the code is used up and the keys are stored. Of two claims at once, one succeeds.
  const epoch = inTransaction(options.database, () => {
    const known = options.terminals.find(terminal);
    const isSame = known && encode(known.agentKey).equals(encode(claim.agentKey));
    if (found.state === 'repeated' && isSame) return known.epoch;
    if (!options.codes.spend(claim.code, digest)) throw new EnrolmentRefusal('enrolment/usedCode');
    return options.terminals.add(terminal, claim.agentKey, claim.gateKey);
  });
  return {
    terminal,
    epoch,
    certificate,
    authority: options.link.certificate,
    ...options.grantFor(terminal, epoch),
  };
}

function readOrRefuse(message: Uint8Array): Claim {
  try {
    return readClaim(message);
  } catch (cause) {
    if (isProtocolError(cause)) throw new EnrolmentRefusal('enrolment/badClaim', { cause });
    throw cause;
  }
}

/** The P-256 key of a PKCS#10 request, after its signature was verified. Errors: EnrolmentRefusal enrolment/badRequest. */
async function publicKeyOf(request: Buffer): Promise<x509.PublicKey> {
  try {
    const parsed = new x509.Pkcs10CertificateRequest(request);
    toCoseKey(createPublicKey(parsed.publicKey.toString('pem')));
    if (await parsed.verify()) return parsed.publicKey;
  } catch (cause) {
    throw new EnrolmentRefusal('enrolment/badRequest', { cause });
  }
  throw new EnrolmentRefusal('enrolment/badRequest');
}

/** The grant of the first behaviour that has one; else the right one. */
export async function granted(
  message: Buffer,
  behaviours: readonly EnrolmentBehaviour[],
  decided: (message: Buffer) => Promise<Grant>,
): Promise<Grant> {
  const grant = () => decided(message);
  return (await firstAnswer(behaviours, message, { grant })) ?? grant();
}
