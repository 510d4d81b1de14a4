// Faults of a page printer.

import { BUSY } from '../page-printer/ipp-status.ts';
import type { VirtualJob } from '../page-printer/job.ts';
import { operate } from '../page-printer/operations.ts';
import type { Behaviour } from '../page-printer/printer.ts';
import type { PagePrinterHandle } from '../page-printer/start.ts';
import { closed, end, type Fault, issued } from './fault.ts';
import { atSide, twoSides } from './printing.ts';
import { type Scene, takeAway } from './scene.ts';

const CREATE_JOB = 5;
const GET_JOB_ATTRIBUTES = 9;
const GET_PRINTER_ATTRIBUTES = 11;
const unknown = end('unknown', 'print/unknown');
/** The printer reports that no sheet came out: the money is returned. */
const nothingOut = end('refused', 'print/notPrinted');

/** The job whose answer was lost, by visit. */
const leftJobs = new WeakMap<Scene, VirtualJob | undefined>();

const printerOf = ({ shop }: Scene): PagePrinterHandle => shop.terminal.devices.pagePrinter;

/**
 * A fault that stops the paper at `side`. `mended`: staff correct it as soon as the screen asks for them. Otherwise it is
 * corrected after the visit.
 */
const stops = (
  name: string,
  summary: string,
  reason: string,
  { side, mended }: { side: 1 | 2; mended: boolean },
): Fault => ({
  name: `page.${name}`,
  summary,
  expected: mended ? issued : side === 1 ? nothingOut : unknown,
  arrange(scene) {
    if (side === 2) twoSides(scene);
    const printer = printerOf(scene);
    atSide(scene, side, () => printer.raise(reason));
    scene.undo(() => printer.clear(reason));
    if (!mended) return;
    scene.does((seen, { panel }) => {
      if (seen.is !== 'prompt' || seen.prompt.id !== 'printerNeedsStaff' || !panel.prompt) return false;
      printer.clear(reason);
      return true;
    });
  },
});

const before = (name: string, summary: string, code: string, reason: string): Fault => ({
  name: `page.${name}-before`,
  summary,
  expected: closed(code),
  arrange: scene => printerOf(scene).raise(reason),
  mend: scene => printerOf(scene).clear(reason),
});

export const pageFaults: readonly Fault[] = [
  before('out-of-paper', 'the tray is empty', 'page/paper', 'media-empty-error'),
  before('jam', 'paper is jammed', 'page/jam', 'media-jam-error'),
  before('door-open', 'the cover is open', 'page/door', 'door-open-error'),
  {
    name: 'page.away-before',
    summary: 'the page printer is switched off',
    expected: closed('page/offline'),
    arrange: scene => void scene.put(printerOf(scene).behaviours, hangsUp),
    mend: scene => takeAway(printerOf(scene).behaviours, hangsUp),
  },
  {
    name: 'page.silent-before',
    summary: 'the page printer accepts connections and answers no request',
    expected: closed('page/offline'),
    arrange: scene => void scene.put(printerOf(scene).behaviours, silent),
    mend: scene => takeAway(printerOf(scene).behaviours, silent),
  },
  stops('jam-before-page-1', 'paper jams before the first page, and nobody clears it', 'media-jam-error', {
    side: 1,
    mended: false,
  }),
  stops(
    'jam-before-page-1-cleared',
    'paper jams before the first page, and staff clear it',
    'media-jam-error',
    {
      side: 1,
      mended: true,
    },
  ),
  stops(
    'jam-after-page-1',
    'paper jams after the first of two pages, and nobody clears it',
    'media-jam-error',
    {
      side: 2,
      mended: false,
    },
  ),
  stops(
    'jam-after-page-1-cleared',
    'paper jams after the first of two pages, and staff clear it',
    'media-jam-error',
    {
      side: 2,
      mended: true,
    },
  ),
  stops(
    'out-of-paper-after-page-1',
    'the tray is empty after the first of two pages, and staff fill it',
    'media-empty-error',
    {
      side: 2,
      mended: true,
    },
  ),
  stops('door-opened', 'the cover is opened before the first page, and stays open', 'door-open-error', {
    side: 1,
    mended: false,
  }),
  {
    name: 'page.busy',
    summary: 'the printer answers Create-Job with server-error-busy',
    expected: end('refused', 'page/busy'),
    arrange: scene =>
      void scene.put(printerOf(scene).behaviours, {
        name: 'busy',
        onRequest: ({ operation }) => (operation === CREATE_JOB ? { status: BUSY, groups: [] } : undefined),
      }),
  },
  {
    name: 'page.restarted',
    summary: 'the printer is switched off and on after the first of two pages, and loses the job',
    expected: unknown,
    arrange(scene) {
      twoSides(scene);
      atSide(scene, 2, printer => printer.restart());
    },
  },
  {
    name: 'page.number-reused',
    summary: 'the printer loses power before the first page, and then a test page has our job’s number',
    expected: unknown,
    arrange: scene => atSide(scene, 1, printer => resetInJob(printer)),
  },
  {
    name: 'page.number-reused-before-document',
    summary: 'the printer loses power before it gets the document, and then a test page has our job’s number',
    expected: nothingOut,
    arrange(scene) {
      // the gate looks at its job after Create-Job, and again before it sends the document
      const expected = [CREATE_JOB, GET_JOB_ATTRIBUTES, GET_JOB_ATTRIBUTES];
      let last: number[] = [];
      scene.put(printerOf(scene).behaviours, {
        name: 'loses power when it is asked for the job before the document',
        onRequest({ operation }) {
          if (operation === GET_PRINTER_ATTRIBUTES) return undefined;
          last = [...last, operation].slice(-expected.length);
          if (last.join() === expected.join()) resetInJob(printerOf(scene));
          return undefined;
        },
      });
    },
  },
  {
    name: 'page.job-answer-lost',
    summary: 'the printer makes the job, and its answer is lost',
    expected: end('refused', 'page/offline'),
    arrange: scene =>
      void scene.put(printerOf(scene).behaviours, {
        name: 'loses the answer to Create-Job',
        async onRequest(request, printer) {
          if (request.operation !== CREATE_JOB) return undefined;
          await operate(request, printer);
          leftJobs.set(scene, printer.jobs.at(-1));
          return 'hangUp';
        },
      }),
    async after(scene) {
      const job = leftJobs.get(scene);
      while (job && !job.ended) await new Promise(resolve => setTimeout(resolve, 20));
      return !job || job.state === 'canceled' ? [] : [`the job was not cancelled: it is ${job.state}`];
    },
  },
  {
    name: 'page.canceled-with-pages-out',
    summary: 'somebody cancels the job at the printer after the first of two pages',
    expected: unknown,
    arrange(scene) {
      twoSides(scene);
      atSide(scene, 2, printer => printer.cancel());
    },
  },
  {
    name: 'page.canceled',
    summary: 'somebody cancels the job at the printer before the first page',
    expected: nothingOut,
    arrange: scene => atSide(scene, 1, printer => printer.cancel()),
  },
  {
    name: 'page.away',
    summary: 'the printer closes every connection from the first page on',
    expected: unknown,
    arrange(scene) {
      atSide(scene, 1, printer => {
        scene.put(printer.behaviours, hangsUp);
        scene.undo(() => printer.restart());
      });
    },
  },
];

/** Power off and on, then test pages until one of them has the number of our job. */
function resetInJob(printer: PagePrinterHandle): void {
  const ours = printer.jobs.at(-1)?.id ?? 0;
  printer.restart();
  for (let number = 1; number <= ours; number++) printer.printTestPage();
}

const silent: Behaviour = { name: 'silent', onRequest: () => 'silence' };
const hangsUp: Behaviour = { name: 'hangsUp', onRequest: () => 'hangUp' };
