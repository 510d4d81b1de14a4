// Options of a visit: what the customer orders.
import type { PartDefinition } from '../part.ts';
import type { VisitWish } from './play-visit.ts';

export const wishOptions: PartDefinition['options'] = {
  pin: { type: 'string', default: '1234', help: "the card's PIN" },
  kind: { type: 'string', default: 'juminhyo', help: 'kind of certificate, as the catalogue names it' },
  city: { type: 'string', help: 'municipality that must be offered, 6 digits' },
  copies: { type: 'string', default: '1', help: '1 to 20' },
};

/** Errors: TypeError for a wrong option. */
export function wishOf({ pin, kind, city, copies }: Record<string, string | boolean | undefined>): VisitWish {
  if (!/^[0-9]{4}$/.test(String(pin))) throw new TypeError('--pin is 4 digits');
  if (city !== undefined && !/^[0-9]{6}$/.test(String(city))) throw new TypeError('--city is 6 digits');
  if (!/^([1-9]|1[0-9]|20)$/.test(String(copies))) throw new TypeError('--copies is 1 to 20');
  return {
    ...{ pin: String(pin), kind: String(kind), copies: Number(copies) },
    city: city === undefined ? undefined : String(city),
  };
}
