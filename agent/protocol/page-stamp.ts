// The stamp in the content stream of every page of a certificate. The renderer writes it when it renders the page:
//   /Madoguchi <</Stamp <HEX>>> BDC EMC
// It is a marked-content sequence (ISO 32000-1, 14.6.2); HEX is the CBOR below. It is not visible on paper. A page that was rendered
// for another resident has the other resident's stamp, whatever the manifest says.
import * as v from 'valibot';
import { decode, encode } from './cbor.ts';
import { count, parse, pseudonym, transactionId } from './schema.ts';

/** What each page says about itself. */
export const pageStamp = v.strictObject({
  transaction: transactionId,
  subject: pseudonym,
  page: count(1, 99),
  pages: count(1, 99),
});

export type PageStamp = v.InferOutput<typeof pageStamp>;

/** The operators for the beginning of a page's content. */
export const writePageStamp = (stamp: PageStamp): string =>
  `/Madoguchi <</Stamp <${encode(stamp).toString('hex')}>>> BDC EMC`;

/** `cbor`: what HEX says. Errors: protocol/cbor, protocol/schema. */
export const readPageStamp = (cbor: Buffer): PageStamp => parse(pageStamp, decode(cbor));

/** Every stamp in a decoded content stream that is written as above, in order. Errors: those of readPageStamp. */
export const readPageStamps = (content: Buffer): PageStamp[] =>
  [...content.toString('latin1').matchAll(/\/Madoguchi <<\/Stamp <([0-9a-f]{2,512})>>> BDC EMC/g)].map(
    match => readPageStamp(Buffer.from(match[1]!, 'hex')),
  );
