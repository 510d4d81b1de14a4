// What is known of one visit when it is over: for the summary, the index page, and whoever reads JSON.
import { catalogueOn } from '../hub/catalogue/catalogue.ts';
import type { LedgerRow, Shop } from '../shop/shop.ts';
import { type Papers, savePapers } from './papers.ts';
import { type Step, stepsOf } from './steps.ts';
import type { Stopwatch } from './stopwatch.ts';
import { type Before, cameOut } from './verdict.ts';

/** What went wrong on purpose. */
export interface FaultStory {
  faults: readonly { name: string; summary: string }[];
  /** Codes for which the terminal was out of service before the visit, until that was mended. */
  closed: readonly string[];
  /** The end that was to be expected, in words. */
  expected: string;
}

export interface VisitRecord {
  /** Number of the visit, from 1. */
  nth: number;
  resident: { id: string; name: string };
  /** Code and Japanese name. */
  municipality: { code: string; name: string };
  /** Kind of the catalogue, and its Japanese title. */
  kind: string;
  title: string;
  copies: number;
  transaction?: string;
  /** Null where the ledger knows of none. */
  end: { outcome: string; code: string } | null;
  /** The last screen of the visit. */
  screen?: { prompt: string; text: string };
  feeYen: number;
  keptYen: number;
  owedYen: number;
  coins: { inYen: number; outYen: number };
  /** Of the document, all copies; and sides that came out. */
  pages: { sent: number; out: number };
  slips: number;
  /** From the first to the last of `steps`, in ms. */
  tookMs: number;
  steps: readonly Step[];
  fault?: FaultStory;
  /** A sentence for each thing that is not as it must be; empty where all is as expected. */
  wrong: readonly string[];
  papers: Papers;
}

export interface Seen {
  nth: number;
  then: Before;
  resident: string;
  kind: string;
  row: LedgerRow | undefined;
  screen?: { prompt: string; text: string } | undefined;
  fault?: FaultStory;
  wrong: readonly string[];
}

/** How many visits the index page shows with their papers; of the others it has a line. */
export const picturedVisits = 20;

/** Also saves the papers in `out`. */
export async function recordVisit(
  shop: Shop,
  { out, stopwatch }: { out: string; stopwatch: Stopwatch },
  { then, row, ...seen }: Seen,
): Promise<VisitRecord> {
  const { till } = shop.panel;
  const output = cameOut(shop, then);
  const { job, receipts } = output;
  const entry = shop.hub.residents.find(seen.resident);
  const code = row?.municipality ?? entry?.household.municipality ?? '';
  const municipality = catalogueOn(Date.now())[code];
  const kind = row?.kind ?? seen.kind;
  const steps = row ? stepsOf(stopwatch.entries, row.transaction) : [];
  const papers = await savePapers(output, {
    ...{ out, nth: seen.nth, kind },
    slip: row?.outcome === 'issued' ? 'receipt' : 'slip',
    pictured: seen.nth <= picturedVisits || seen.wrong.length > 0,
  });
  return {
    nth: seen.nth,
    resident: { id: seen.resident, name: entry?.resident.name ?? seen.resident },
    municipality: { code, name: municipality?.name ?? code },
    ...{ kind, title: municipality?.kinds[kind]?.title ?? kind, copies: row?.copies ?? 1 },
    ...(row && { transaction: row.transaction }),
    end: row?.outcome ? { outcome: row.outcome, code: row.code ?? '' } : null,
    ...(seen.screen && { screen: seen.screen }),
    feeYen: row?.feeYen ?? 0,
    keptYen: row?.keptYen ?? 0,
    owedYen: row?.owedYen ?? 0,
    coins: { inYen: till.coinsIn - then.coinsIn, outYen: till.coinsOut - then.coinsOut },
    pages: { sent: (job?.pages ?? 0) * (job?.copies ?? 0), out: job?.impressions ?? 0 },
    slips: receipts.length,
    tookMs: (steps.at(-1)?.fromMs ?? 0) - (steps[0]?.fromMs ?? 0),
    steps,
    ...(seen.fault && { fault: seen.fault }),
    wrong: seen.wrong,
    papers,
  };
}
