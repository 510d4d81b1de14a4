// What a customer with a card does at a terminal's devices.
import type { VirtualCard } from '../card/virtual-card.ts';
import type { Hands } from '../customer/customer.ts';
import type { Devices } from './devices.ts';

export const handsAt = (
  { reader, pinpad }: Pick<Devices, 'reader' | 'pinpad'>,
  card: VirtualCard,
): Hands => ({
  putCardIn: () => reader.insert(card),
  takeCard: () => {
    if (reader.card) reader.remove();
  },
  typePin: digits => {
    pinpad.type(digits);
    pinpad.enter();
  },
});
