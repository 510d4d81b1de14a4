// Decrypts a pad's response to the PIN. It is accepted only for this request, only under this pad's key, and only once.
import type { KsnStore } from '../contract/pinpad.ts';
import { counterOf, decryptPinBlock, isUsable, keySetOf } from './dukpt.ts';
import { pinOf } from './pin-block.ts';
import { PinPadError } from './pinpad-error.ts';

export interface PadKey {
  /** The pad's initial key (IPEK), 16 bytes. */
  initialKey: Buffer;
  /** The KSN that was loaded with it, with its counter cleared, as 20 upper-case hex digits. */
  keySetId: string;
}

/** Every PIN of a 利用者証明用電子証明書 has four digits. */
const pinDigits = 4;

/**
 * Returns the PIN as ASCII after its counter is saved. A crash in between loses a PIN, but never allows a replay.
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
    await store.save(key.keySetId, counter); // after the checks: a forged block must not change the counter
  } catch (error) {
    pin.fill(0);
    throw error;
  }
  return pin;
}

const fraud = (reason: string): PinPadError => new PinPadError('pinpad/fraudAttempt', { detail: { reason } });
