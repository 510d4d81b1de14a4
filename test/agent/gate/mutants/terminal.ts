// A terminal with a virtual page printer: the paper that came out there is judged, not the gate's reports.
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { systemClock } from '../../../../drivers/base/clock.ts';
import { HttpIppLine } from '../../../../drivers/page/ipp-line.ts';
import { a4Certificate } from '../../../../drivers/page/page-profile.ts';
import { type PagePrinterHandle, startPagePrinter } from '../../../../simulator/page-printer/start.ts';
import { temporaryFolder } from '../../../../simulator/temporary-folder.ts';
import { outcomeOf } from '../../../refusal.ts';
import { type Rig, rig } from '../gate-rig.ts';
import type { Code } from './mutate.ts';

export interface Terminal {
  code: Code;
  gate: Rig;
  printer: PagePrinterHandle;
  /** Says that so many sides of this document, in all, may rightly come out. Nothing may by default. */
  mayComeOut(document: Buffer, sides: number): void;
  /** Resolves when this many jobs have ended. */
  jobsEnded(jobs: number): Promise<void>;
}

/** An attempt to get a paper, up to the first refusal or to its end. */
export type Visit = (terminal: Terminal) => Promise<unknown>;

/** Result of a visit. */
export interface Found {
  /** Code of the refusal that ended it. */
  refused: string | undefined;
  /** Sides that came out, and should not have. */
  wrongSides: number;
  rightSides: number;
}

const profile = { ...a4Certificate, pollMs: 2 };

/** Lets `visit` happen at a terminal whose gate is made of `code`, and counts the paper once the printer is at rest. */
export async function happens(code: Code, visit: Visit): Promise<Found> {
  const dir = temporaryFolder('mutant');
  let ended = Promise.withResolvers<void>();
  const onJob = () => {
    ended.resolve();
    ended = Promise.withResolvers();
  };
  const printer = await startPagePrinter({ dir, say: () => {}, msPerPage: 0, onJob });
  const until = async (holds: () => boolean) => {
    while (!holds()) await ended.promise;
  };
  const line = new HttpIppLine({ socketPath: printer.socket, path: '/ipp/print' }, systemClock);
  const gate = rig(join(dir, 'gate.sock'), {
    code,
    pagePrinter: new code.IppPagePrinter(line, systemClock, profile),
  });
  const rightful: { document: Buffer; sides: number }[] = [];
  let rightSides = 0;
  try {
    const refused = await outcomeOf(
      visit({
        code,
        gate,
        printer,
        jobsEnded: jobs => until(() => printer.jobs.filter(job => job.ended).length >= jobs),
        mayComeOut: (document, sides) => rightful.push({ document: Buffer.from(document), sides }),
      }),
    );
    await until(() => printer.jobs.every(job => job.ended || job.processingAt === undefined));
    for (const { document, sides } of rightful) rightSides += Math.min(sides, sidesOf(printer, document));
    return { refused, rightSides, wrongSides: printer.impressions - rightSides };
  } finally {
    await printer.close();
    await rm(dir, { recursive: true });
  }
}

const sidesOf = (printer: PagePrinterHandle, document: Buffer): number =>
  printer.jobs.filter(job => job.document.equals(document)).reduce((sum, job) => sum + job.impressions, 0);
