// What a page printer does that makes a gate's latches needed.
import { OK } from '../../../../simulator/page-printer/ipp-status.ts';
import { bare, operationInteger } from '../../../../simulator/page-printer/ipp-values.ts';
import type { Behaviour } from '../../../../simulator/page-printer/printer.ts';

/** RFC 8011, 4.3.1 and 4.3.3. */
const sendDocument = 0x0006;
const cancelJob = 0x0008;

/** Prints what it is sent, as often as it is, and does not answer before `until`. */
export const printsWhatever = (until: Promise<void>): Behaviour => ({
  name: 'printsWhatever',
  async onRequest(request, printer) {
    const named = printer.known.get(operationInteger(request, 'job-id') ?? 0);
    if (request.operation !== sendDocument || !named) return undefined;
    const job = named.state === 'pending-held' ? named : await printer.create(named.ticket);
    if (job) printer.submit(job, request.document);
    await until;
    return bare(OK);
  },
});

/** Cancels a job only after `until`. */
export const cancelsLate = (until: Promise<void>): Behaviour => ({
  name: 'cancelsLate',
  async onRequest({ operation }) {
    if (operation === cancelJob) await until;
    return undefined;
  },
});
