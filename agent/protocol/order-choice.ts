// What a resident orders: kind, options, copies, and the fee that was shown. It holds nothing personal: household members have the
// numbers of the hub's offer.
import * as v from 'valibot';
import { catalogueWord, count, municipalityCode, table, word } from './schema.ts';

/** Values by option name, e.g. { scope: 'household', relation: 'shown' }; `members` lists member numbers. */
export const orderOptions = table(catalogueWord, v.union([catalogueWord, v.array(count(0, 31))]));

/** PWG 5101.1 self-describing media name, such as iso_a4_210x297mm. */
export const media = word(/^[a-z0-9]{1,20}_[a-z0-9.-]{1,40}_[0-9.]{1,10}x[0-9.]{1,10}(mm|in)$/);
/** IPP `sides` (RFC 8011, 5.2.8). */
export const sides = v.picklist(['one-sided', 'two-sided-long-edge']);

export const order = v.strictObject({
  municipality: municipalityCode,
  kind: catalogueWord,
  options: orderOptions,
  copies: count(1, 20),
  /** Yen for all copies, as shown to the resident. */
  feeYen: count(0, 1_000_000),
  /** As the catalogue had them. The gate prints so, or not at all. */
  media,
  sides,
});

export type Order = v.InferOutput<typeof order>;
export type OrderOptions = v.InferOutput<typeof orderOptions>;
