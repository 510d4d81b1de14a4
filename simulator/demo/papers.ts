// What stays of a visit: the papers as a person would hold them, as files and as pictures for the index page.
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Devices } from '../terminal/devices.ts';
import { onPart, TerminalError } from '../terminal/terminal-error.ts';

export type Job = Devices['pagePrinter']['jobs'][number];
export type Receipt = Devices['receiptPrinter']['receipts'][number];

/** What came out of the printers in one visit. */
export interface FromPrinters {
  /** The print job; none where nothing was sent to the printer. */
  job?: Job | undefined;
  receipts: readonly Receipt[];
}

export interface Papers {
  /** Paths in the out folder, in the order in which a person would look at them. */
  files: string[];
  /** Pages that came out, as JPEG, in page order. */
  pages: Buffer[];
  /** Receipts or claim slips, as PNG, with their words. */
  slips: { png: Buffer; text: readonly string[] }[];
  /** Why there are not all of them: whatever draws them is missing. */
  failure?: TerminalError;
}

export interface SaveOptions {
  out: string;
  /** Number of the visit. */
  nth: number;
  /** What the files are named for, e.g. `juminhyo`. */
  kind: string;
  slip: 'receipt' | 'slip';
  /** Also as pictures for the index page. */
  pictured: boolean;
}

/** The PDF as the printer received it; its pages and the slips as PNG. */
export async function savePapers(
  { job, receipts }: FromPrinters,
  { out, nth, kind, slip, pictured }: SaveOptions,
): Promise<Papers> {
  const name = (rest: string) => join(out, `${nth}-${rest}`);
  const papers: Papers = { files: [], pages: [], slips: [] };
  try {
    if (job && job.document.length > 0) {
      const pdf = name(`${kind}.pdf`);
      await onPart('out', writeFile(pdf, job.document));
      papers.files.push(pdf);
      papers.files.push(...(await onPart('pictures', job.renderPng(name(kind)))));
      const pagesOut = Math.min(job.pages ?? 0, job.impressions);
      for (let page = 1; pictured && page <= pagesOut; page++)
        papers.pages.push(await onPart('pictures', job.renderJpeg(page)));
    }
    for (const [index, receipt] of receipts.entries()) {
      const file = name(index === 0 ? `${slip}.png` : `${slip}-${index + 1}.png`);
      await onPart('pictures', receipt.png(file));
      papers.files.push(file);
      if (pictured) papers.slips.push({ png: await onPart('out', readFile(file)), text: receipt.text });
    }
  } catch (error) {
    if (!(error instanceof TerminalError)) throw error;
    papers.failure = error;
  }
  return papers;
}
