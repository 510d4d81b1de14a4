// The one algorithm by which cards sign today: RSASSA-PKCS1-v1_5 with SHA-256, as JPKI cards do.
import type { KeyObject } from 'node:crypto';

/** RS256, by its COSE number (RFC 8812). */
const rs256 = -257;

/** Whether a signature is by the one algorithm that is taken here, with a key that fits it. */
export const isTaken = (algorithm: number, { asymmetricKeyType }: KeyObject): boolean =>
  algorithm === rs256 && asymmetricKeyType === 'rsa';
