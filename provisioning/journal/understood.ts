// What another version of the agent wrote is authentic and still can't be read: that is no reason to stop.
import { isProtocolError } from '../../agent/protocol/error.ts';

/** What `read` gives, or the code by which the contract's schemas refuse it. */
export function understood<T>(
  read: () => T,
): { value: T; refused?: undefined } | { value?: undefined; refused: string } {
  try {
    return { value: read() };
  } catch (error) {
    if (isProtocolError(error)) return { refused: error.code };
    throw error;
  }
}
