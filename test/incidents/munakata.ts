import type { Behaviour } from '../../simulator/page-printer/printer.ts';
import type { Counter, Visited } from './counter.ts';
import type { Incident } from './incident.ts';
import { together } from './pair.ts';

/** RFC 8011, 4.3.1. */
const sendDocument = 0x0006;

const printerOf = (counter: Counter) => counter.terminal.devices.pagePrinter;

/** The printer holds what it got until it is released. */
function holding(counter: Counter): () => void {
  const printer = printerOf(counter);
  const hold: Behaviour = { name: 'holds', onPage: () => 'hold' };
  printer.behaviours.unshift(hold);
  return () => {
    printer.behaviours.splice(printer.behaviours.indexOf(hold), 1);
    printer.clear('no reason: only wakes the printer');
  };
}

/** Puts out what it got for the job before, and counts it as this one's. */
function aJobLate(counter: Counter): () => void {
  const printer = printerOf(counter);
  const late: Behaviour = {
    name: 'a job late',
    onRequest(request) {
      const before = printer.jobs.findLast(({ document }) => document.length > 0)?.document;
      if (request.operation === sendDocument && before) request.document = before;
      return undefined;
    },
  };
  printer.behaviours.unshift(late);
  return () => void printer.behaviours.splice(printer.behaviours.indexOf(late), 1);
}

export const munakata: Incident = {
  name: 'munakata',
  there: 'the paper of the customer before came out; a correction was not installed there',
  plays: [
    {
      name: 'the printer holds the job, its resident leaves, and it goes on for the next',
      codes: ['print/notPrinted'],
      without: ['cancels a late job'],
      wanted: { kinds: [['inkan', 'inkan']] },
      async run({ site, counters, pair }) {
        const release = holding(counters[0]);
        const held: Visited[] = await together(site.hub, counters, pair, undefined).finally(release);
        const [mine, theirs] = pair;
        return [...held, ...(await together(site.hub, counters, [theirs, mine], undefined))];
      },
    },
    {
      name: 'the printer itself is a job late, and says that all is well',
      codes: [],
      wanted: { kinds: [['inkan', 'inkan']] },
      async run({ site, counters, pair }) {
        const before = await together(site.hub, counters, pair, undefined);
        const stop = aJobLate(counters[0]);
        const [mine, theirs] = pair;
        return [...before, ...(await together(site.hub, counters, [theirs, mine], undefined).finally(stop))];
      },
    },
  ],
};
