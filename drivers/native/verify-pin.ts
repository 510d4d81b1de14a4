// The one place where a PIN exists: from the pad to the card, then zeroed. It is in no message, event, error or log.

import type { NativeDoor } from '../contract/native-door.ts';
import type { PinPad } from '../contract/pinpad.ts';
import type { CommandContext, CommandEventOf } from '../door/types.ts';
import type { CardSlot } from './card-slot.ts';

/**
 * `limitMs`: for the entry, whatever the pad was told. One entry on the pad, one VERIFY at most. A card that leaves meanwhile ends the entry, and no other card gets the PIN.
 * Errors: card/removed, card/wrongPin, card/locked, pinpad/*; door/canceled and door/timeout, before the card saw it.
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
    signal.throwIfAborted(); // cancelled with the last key: the card is not asked, so it costs no try
    await card.verify(pin);
    return {};
  } catch (error) {
    throw left.aborted ? left.reason : error;
  } finally {
    pin?.fill(0);
  }
}
