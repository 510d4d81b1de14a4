// What a resident may order now, as answered by the card standard service. It holds no name and no address.
import * as v from 'valibot';
import { catalogueWord, count, municipalityCode } from './schema.ts';

/** Place in the household, as shown on the screen. */
export const relation = v.picklist(['head', 'spouse', 'child', 'parent', 'other']);

export const offer = v.strictObject({
  municipality: municipalityCode,
  /** Kinds that this resident may have, in the order in which the screen shows them. Fees, options and titles come from the catalogue. */
  kinds: v.array(catalogueWord),
  /** The household in the register's order; `nth` counts within a relation (子 1, 子 2). `self` marks the card's holder. */
  members: v.pipe(
    v.array(v.strictObject({ number: count(0, 31), relation, nth: count(1, 31), self: v.boolean() })),
    v.check(members => {
      const numbers = new Set(members.map(({ number }) => number));
      return numbers.size === members.length && members.filter(({ self }) => self).length <= 1;
    }, 'expected each number once, and one holder'),
  ),
});

export type Offer = v.InferOutput<typeof offer>;
export type Relation = v.InferOutput<typeof relation>;
