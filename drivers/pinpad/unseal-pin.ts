// From a pad's encrypted answer to the PIN: only for this request, only for this pad's key, only once.
import type { KsnStore } from '../contract/pinpad.ts';
import { counterOf, decryptPinBlock, isUsable, keySetOf } from './dukpt.ts';
import { pinOf } from './pin-block.ts';
import { PinPadError } from './pinpad-error.ts';

export interface PadKey {
  /** The pad's initial key (IPEK), 16 bytes. */
  initialKey: Buffer;
  /** The KSN that was loaded with it, counter cleared, as 20 upper-case hex digits. */
  keySetId: string;
}

/** Every PIN of a 利用者証明用電子証明書 has four digits. */
const pinDigits = 4;

/**
 * Returns the PIN as ASCII, after its counter is saved: a crash in between costs a PIN, never a replay.
 * Errors: pinpad/fraudAttempt with detail.reason `keySet`, `counter`, `repeatedKsn` or `binding`; pinpad/protocol.
 */
export async function unsealPin(
  sealed: { ksn: Buffer; block: Buffer },
  account: string,
  key: PadKey,
  store: KsnStore,
): Promise<Buffer> {
  const counter = counterOf(sealed.ksn);
  if (keySetOf(sealed.ksn) !== key.keySetId) throw fraud('keySet');
  if (!isUsable(counter)) throw fraud('counter');
  const last = await store.load(key.keySetId);
  if (last !== undefined && counter <= last) throw fraud('repeatedKsn');
  const clear = decryptPinBlock(key.initialKey, sealed.ksn, sealed.block);
  let pin: Buffer;
  try {
    pin = pinOf(clear, account, pinDigits);
  } finally {
    clear.fill(0);
  }
  try {
    await store.save(key.keySetId, counter); // only now: a forged block must not move the counter
  } catch (error) {
    pin.fill(0);
    throw error;
  }
  return pin;
}

const fraud = (reason: string): PinPadError => new PinPadError('pinpad/fraudAttempt', { detail: { reason } });
