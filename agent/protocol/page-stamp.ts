// The stamp that every page of a certificate carries in its content stream, put there when that page is rendered:
//   /Madoguchi <</Stamp <HEX>>> BDC EMC
// a marked-content sequence (ISO 32000-1, 14.6.2), HEX being the CBOR below. Nothing shows on paper. A page rendered
// for someone else carries someone else's stamp, whatever the manifest around it says.
import * as v from 'valibot';
import { decode, encode } from './cbor.ts';
import { count, parse, pseudonym, transactionId } from './schema.ts';

const pageStamp = v.strictObject({
  transaction: transactionId,
  subject: pseudonym,
  page: count(1, 99),
  pages: count(1, 99),
});

export type PageStamp = v.InferOutput<typeof pageStamp>;

/** The operators to put at the beginning of a page's content. */
export const writePageStamp = (stamp: PageStamp): string =>
  `/Madoguchi <</Stamp <${encode(stamp).toString('hex')}>>> BDC EMC`;

/** Every stamp in a decoded content stream, in order. Errors: protocol/cbor, protocol/schema. */
export const readPageStamps = (content: Buffer): PageStamp[] =>
  [...content.toString('latin1').matchAll(/\/Madoguchi <<\/Stamp <([0-9a-f]{2,512})>>> BDC EMC/g)].map(
    match => parse(pageStamp, decode(Buffer.from(match[1]!, 'hex'))),
  );
