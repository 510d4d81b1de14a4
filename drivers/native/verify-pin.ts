// Passes a PIN from the pad to the card and then zeroes it. The PIN is in no message, event, error or log.

import type { NativeDoor } from '../contract/native-door.ts';
import type { PinPad } from '../contract/pinpad.ts';
import type { CommandContext, CommandEventOf } from '../door/types.ts';
import type { CardSlot } from './card-slot.ts';

/**
 * Makes one entry on the pad and at most one VERIFY. `limitMs`: max. duration of the entry, independent of the time sent to
 * the pad. If the card is removed meanwhile, the entry ends, and no other card gets the PIN.
 * Errors: card/removed, card/wrongPin, card/locked, pinpad/*; door/canceled and door/timeout, before the card got the PIN.
 */
export async function verifyPin(
  slot: CardSlot,
  pad: PinPad,
  timeoutMs: number,
  limitMs: number,
  context: CommandContext<CommandEventOf<NativeDoor>>,
): Promise<Record<string, never>> {
  const { card, left } = slot.current();
  const signal = AbortSignal.any([context.signal, left]);
  let pin: Buffer | undefined;
  try {
    pin = await pad.readPin({
      timeoutMs,
      limitMs,
      signal,
      onPrompt: () => context.emit({ name: 'pinPrompted', payload: {} }),
    });
    signal.throwIfAborted(); // cancelled at the last key: the PIN is not sent to the card, so no try is used
    await card.verify(pin);
    return {};
  } catch (error) {
    throw left.aborted ? left.reason : error;
  } finally {
    pin?.fill(0);
  }
}
