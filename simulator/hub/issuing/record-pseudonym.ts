// Computes the pseudonym (agent/protocol/subject-token.ts) from the record that the issuing service renders. The card
// authentication service has its own code for it: a mistake in one of them does not hide in the other.
import { createHmac } from 'node:crypto';
import type { Resident } from '../residents/resident.ts';

/** The first 16 bytes of HMAC-SHA-256 over the record's id (UTF-8) and the transaction, with the services' common key. */
export function stampFor(record: Resident, transaction: Buffer, commonKey: Buffer): Buffer {
  const message = Buffer.concat([Buffer.from(record.id, 'utf8'), transaction]);
  return createHmac('sha256', commonKey).update(message).digest().subarray(0, 16);
}
