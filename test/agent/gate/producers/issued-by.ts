// The virtual hub's issuing service where a producer makes its certificates: the committed sample, stamped for the order.
import { createHash } from 'node:crypto';
import { stampPdf } from '../../../../conformance/stamp/stamp-pdf.ts';
import type { Drawn } from '../../../../simulator/hub/issuing/make-document.ts';
import { stampFor } from '../../../../simulator/hub/issuing/record-pseudonym.ts';
import type { IssuingState } from '../../../../simulator/hub/issuing/state.ts';
import type { VerifiedOrder } from '../../../../simulator/hub/issuing/verified-order.ts';
import type { Entry } from '../../../../simulator/hub/residents/register.ts';
import { readSample } from './samples.ts';

const pages = 2;

/** In place of `draw` (simulator/hub/issuing/make-document.ts): whoever orders, the sample's first resident stands on it. */
export const drawnBy =
  (producer: string) =>
  async (
    { statement: { transaction } }: VerifiedOrder,
    { resident }: Entry,
    { commonKey }: Pick<IssuingState, 'commonKey'>,
  ): Promise<Drawn> => {
    const subject = stampFor(resident, transaction, commonKey);
    const stamps = Array.from({ length: pages }, (_, i) => ({ transaction, subject, page: i + 1, pages }));
    const pdf = stampPdf(readSample(producer), stamps);
    return { pdf, pdfDigest: createHash('sha256').update(pdf).digest(), pages, subject };
  };
