// What a resident orders: kind, options, copies, and the fee that was shown. It holds nothing personal: household members have the
// numbers of the hub's offer.
import * as v from 'valibot';
import { catalogueWord, count, municipalityCode, table } from './schema.ts';

/** Values by option name, e.g. { scope: 'household', relation: 'shown' }; `members` lists member numbers. */
export const orderOptions = table(catalogueWord, v.union([catalogueWord, v.array(count(0, 31))]));

export const order = v.strictObject({
  municipality: municipalityCode,
  kind: catalogueWord,
  options: orderOptions,
  copies: count(1, 20),
  /** Yen for all copies, as shown to the resident. */
  feeYen: count(0, 1_000_000),
});

export type Order = v.InferOutput<typeof order>;
export type OrderOptions = v.InferOutput<typeof orderOptions>;
