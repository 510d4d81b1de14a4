// Turns refusals of the contract into the gate's own.
import { isProtocolError } from '../protocol/error.ts';
import { type GateCode, GateRefusal } from './gate-refusal.ts';

/** What the contract's reader refuses is refused here with the gate's own code; which rule it broke is in the detail. */
export function refusing<T>(code: GateCode, read: () => T): T {
  try {
    return read();
  } catch (cause) {
    if (!isProtocolError(cause)) throw cause;
    throw new GateRefusal(code, { cause, detail: { protocol: cause.code } });
  }
}
