// From a verified order to a sealed document: rendered, stamped, described by the manifest, sealed to the gate's key.
import { createHash } from 'node:crypto';
import { sealDocument, signManifest } from '../../../agent/protocol/document.ts';
import { catalogueOn } from '../catalogue.ts';
import { dateInJapan } from '../japanese-date.ts';
import { unless } from '../refusal.ts';
import type { Entry } from '../residents/register.ts';
import type { VerifiedOrder } from './card-signatures.ts';
import { pageDigests } from './paper/page-digests.ts';
import { papers } from './paper/papers.ts';
import { render } from './paper/render.ts';
import { stampFor } from './pseudonym.ts';
import type { IssuingState } from './state.ts';

/** COSE_Encrypt of manifest and PDF (agent/protocol/document.ts). Errors: Refusal issuing/kind, issuing/glyph. */
export async function makeDocument(
  { authentication, statement }: VerifiedOrder,
  entry: Entry,
  { signing, commonKey, font, clock }: IssuingState,
): Promise<Buffer> {
  const { transaction, terminal, gateKeyThumbprint, order } = statement;
  const wall = clock.wall();
  const municipality = catalogueOn(wall)[entry.household.municipality]?.name ?? '';
  const subject = { entry, municipality, options: order.options, today: dateInJapan(wall), wall };
  const maker = papers[order.kind];
  unless(maker !== undefined, 'issuing/kind');
  // from the record that is drawn on these very pages, and put on each while it is drawn
  const stamp = stampFor(entry.resident, transaction, commonKey);
  const { pdf, pages } = await render({ paper: maker(subject), subject, transaction, stamp, font });
  const manifest = signManifest(
    {
      transaction,
      terminal,
      gateNonce: authentication.gateNonce,
      gateKeyThumbprint,
      subject: stamp,
      order,
      pages,
      pageDigests: pageDigests(pdf),
      pdfDigest: createHash('sha256').update(pdf).digest(),
    },
    signing,
  );
  return sealDocument({ manifest, pdf }, transaction, authentication.gateKey);
}
