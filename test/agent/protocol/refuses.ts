// What a test says of a message that must not be used.
import { isProtocolError, type ProtocolErrorCode } from '../../../agent/protocol/error.ts';

/** For assert.throws: a ProtocolError with this code, whose message names none of the `secrets`. */
export const refuses =
  (code: ProtocolErrorCode, ...secrets: string[]) =>
  (error: unknown): boolean =>
    isProtocolError(error) && error.code === code && !secrets.some(secret => error.message.includes(secret));
