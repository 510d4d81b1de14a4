// Computes the pseudonym of a card's holder (agent/protocol/subject-token.ts). The issuing service has its own code.
import { createHmac } from 'node:crypto';

/** HMAC-SHA-256(common key, resident id in UTF-8 || transaction), first 16 bytes. */
export const pseudonymOf = (commonKey: Buffer, resident: string, transaction: Buffer): Buffer =>
  createHmac('sha256', commonKey).update(resident, 'utf8').update(transaction).digest().subarray(0, 16);
