// Makes a sealed document of a verified order: draws and stamps the pages, signs the manifest, and seals both to the gate.
import { createHash } from 'node:crypto';
import { type Manifest, sealDocument, signManifest } from '../../../agent/protocol/document.ts';
import { catalogueOn } from '../catalogue/catalogue.ts';
import { dateInJapan } from '../catalogue/japanese-date.ts';
import type { Entry } from '../residents/register.ts';
import { HubError } from '../service/hub-error.ts';
import { unless } from '../service/refusal.ts';
import { papers } from './paper/papers.ts';
import { type Rendered, render } from './paper/render.ts';
import { stampFor } from './record-pseudonym.ts';
import type { IssuingState } from './state.ts';
import type { VerifiedOrder } from './verified-order.ts';

export interface Drawn extends Rendered {
  /** Pseudonym of the resident whose record is on the first page. */
  subject: Buffer;
}

/** COSE_Encrypt of manifest and PDF (agent/protocol/document.ts). Errors: Refusal issuing/kind, issuing/glyph. */
export async function makeDocument(
  verified: VerifiedOrder,
  entry: Entry,
  state: IssuingState,
): Promise<Buffer> {
  return seal(verified, await draw(verified, [entry], state), state);
}

/**
 * The PDF of an order. It has the pages of each of `entries`: one entry, unless a fault mixes residents up. Each page is
 * stamped with the pseudonym of the record that is drawn on it, at the time it is drawn.
 */
export async function draw(
  { statement: { transaction, order } }: VerifiedOrder,
  entries: readonly Entry[],
  { commonKey, font, clock }: IssuingState,
): Promise<Drawn> {
  const wall = clock.wall();
  const maker = papers[order.kind];
  unless(maker !== undefined, 'issuing/kind');
  const parts = entries.map(entry => {
    const municipality = catalogueOn(wall)[entry.household.municipality]?.name ?? '';
    const subject = { entry, municipality, options: order.options, today: dateInJapan(wall), wall };
    return { subject, paper: maker(subject), stamp: stampFor(entry.resident, transaction, commonKey) };
  });
  const [first] = parts;
  unless(first !== undefined, 'issuing/subject');
  const pages = parts.flatMap(({ paper, stamp }) => paper.bodies.map(body => ({ body, stamp })));
  const rendered = await render({ paper: first.paper, subject: first.subject, transaction, pages, font });
  return { ...rendered, subject: first.stamp };
}

/**
 * Seals the drawn document with its manifest. `instead`: wrong values for the manifest, for faults. Errors: HubError where the file is
 * not the one that the renderer closed.
 */
export function seal(
  { authentication, statement }: VerifiedOrder,
  { pdf, pdfDigest, pages, subject }: Drawn,
  { keys }: IssuingState,
  instead: Partial<Manifest> = {},
): Buffer {
  if (!createHash('sha256').update(pdf).digest().equals(pdfDigest))
    throw new HubError('the file to be signed is not the one that was rendered');
  const { transaction, terminal, gateKeyThumbprint, order } = statement;
  const own = keys[order.municipality];
  unless(own !== undefined, 'issuing/municipality');
  const manifest = signManifest(
    {
      transaction,
      terminal,
      gateNonce: authentication.gateNonce,
      gateKeyThumbprint,
      subject,
      order,
      pages,
      pdfDigest,
      ...instead,
    },
    own.signing,
  );
  return sealDocument({ manifest, pdf }, transaction, authentication.gateKey);
}
