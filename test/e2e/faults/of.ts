// Faults by the beginning of their names, one a set.
import type { Fault } from '../../../simulator/faults/fault.ts';
import type { MomentName } from '../../../simulator/faults/moments.ts';
import { faults } from '../../../simulator/faults/registry.ts';

export const faultsOf = (...beginnings: readonly string[]): Fault[][] =>
  faults.filter(({ name }) => beginnings.some(beginning => name.startsWith(beginning))).map(fault => [fault]);

/** Up to the fee, and where only records are left to send: at the others a death outside the terminal changes nothing. */
const felt: readonly MomentName[] = [
  ...(['card', 'pin', 'authenticate', 'choose', 'confirm', 'order', 'cardReturned'] as const),
  ...(['fetch', 'check', 'pay', 'receipt'] as const),
];

/** Deaths of hub or broker where a terminal may feel them; `npm run test:faults -- --alone` plays them all. */
export const feltDeathsOf = (victim: 'hub' | 'broker'): Fault[][] =>
  faultsOf(...felt.map(moment => `${victim}.killed-at-${moment}`));
